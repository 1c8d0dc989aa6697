import { parseRange } from '@procmap/shared/places/address-query.ts';
import { fieldOf, isNumber } from './query-fields.ts';
import { type Token, printToken, tokensOf } from './query-tokens.ts';

/** Adds terms to the search text and removes them, for legends and group rows. */

/** True if all terms of `term` occur in `text`, possibly among alternatives. */
export function hasTerms(text: string, term: string): boolean {
  const [there, wanted] = [tokensIn(text), tokensOf(term)];
  return wanted.length > 0 && wanted.every((token) => there.some((other) => holds(other, token)));
}

/**
 * Removes the terms if all of them are there; otherwise adds them. A second value of a field becomes an alternative
 * (`kind:heap` and `kind:stack`: `kind:heap,stack`); bounds of a number replace earlier ones.
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

/** An address stands alone, so it is replaced; `no access` counts as two words only if parsed as terms. */
function tokensIn(text: string): readonly Token[] {
  const trimmed = text.trim().toLowerCase();
  if (parseRange(trimmed) !== null) return [];
  return tokensOf(trimmed === 'no access' ? 'perm:none' : text).filter((token) => !isUnfinished(token));
}

/** A field without a value, as while typing. */
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

/** Another bound of the same number: both together would match nothing. */
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
