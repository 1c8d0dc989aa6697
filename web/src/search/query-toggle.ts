import { parseRange } from '@procmap/shared/places/address-query.ts';
import { fieldOf, isNumber } from './query-fields.ts';
import { type Token, printToken, tokensOf } from './query-tokens.ts';

/** What legends and group rows do with the text of the search box: put a term in, and take it out again. */

/** True when all terms of `term` stand in `text`, also among the alternatives of one there. */
export function hasTerms(text: string, term: string): boolean {
  const [there, wanted] = [tokensIn(text), tokensOf(term)];
  return wanted.length > 0 && wanted.every((token) => there.some((other) => holds(other, token)));
}

/**
 * Takes the terms out where all of them are there, else puts them in. One of a kind of which another one is there becomes an alternative
 * (`kind:heap` and `kind:stack`: `kind:heap,stack`); bounds of a number take the place of those that were there.
 */
export function toggleTerms(text: string, term: string): string {
  const wanted = tokensOf(term);
  const there = tokensIn(text);
  const next = hasTerms(text, term)
    ? wanted.reduce(without, there)
    : wanted.reduce(
        together,
        there.filter((token) => !isReplaced(token, wanted)),
      );
  return next.map(printToken).join(' ');
}

/** An address stands alone, and so makes way; `no access` is two words only for who reads it as such. */
function tokensIn(text: string): readonly Token[] {
  const trimmed = text.trim().toLowerCase();
  if (parseRange(trimmed) !== null) return [];
  return tokensOf(trimmed === 'no access' ? 'perm:none' : text).filter((token) => !isUnfinished(token));
}

/** A field without a value, as it is while somebody types. */
function isUnfinished({ field, quoted, values }: Token): boolean {
  return field !== '' && !quoted && values.every((value) => value === '');
}

function isAlike(a: Token, b: Token): boolean {
  return a.negated === b.negated && nameOf(a) === nameOf(b) && a.operator === b.operator;
}

function nameOf({ field }: Pick<Token, 'field'>): string {
  return fieldOf(field)?.name ?? field;
}

function isSame(a: string, b: string, { field, operator }: Token): boolean {
  return nameOf({ field }) === 'name' && operator !== ':' ? a === b : a.toLowerCase() === b.toLowerCase();
}

function holds(token: Token, wanted: Token): boolean {
  return isAlike(token, wanted) && wanted.values.every((value) => token.values.some((other) => isSame(other, value, wanted)));
}

/** Another bound of a number that is asked for: both together would hold for nothing. */
function isReplaced(token: Token, wanted: readonly Token[]): boolean {
  const field = fieldOf(token.field);
  return field !== null && isNumber(field) && !token.negated && wanted.some((other) => nameOf(other) === field.name);
}

function without(there: readonly Token[], wanted: Token): readonly Token[] {
  return there.flatMap((token) => {
    if (!holds(token, wanted)) return [token];
    const values = token.values.filter((value) => !wanted.values.some((other) => isSame(value, other, wanted)));
    return values.length === 0 ? [] : [{ ...token, values, quoted: values.at(-1) === '' }];
  });
}

function together(there: readonly Token[], wanted: Token): readonly Token[] {
  const field = fieldOf(wanted.field);
  const at = field === null || isNumber(field) ? -1 : there.findIndex((token) => isAlike(token, wanted));
  if (at < 0) return [...there, wanted];
  return there.map((token, i) => {
    if (i !== at) return token;
    const values = [...token.values, ...wanted.values.filter((value) => !token.values.some((other) => isSame(other, value, wanted)))];
    return { ...token, values, quoted: values.at(-1) === '' };
  });
}
