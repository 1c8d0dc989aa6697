import type { Intervals } from '@procmap/shared/intervals.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { parseRange } from '@procmap/shared/places/address-query.ts';
import { type Field, fieldOf, FIELDS, isNumber, operatorsOf } from './query-fields.ts';
import { type PlacedToken, printValue, tokensOf } from './query-tokens.ts';
import { type Offer, offersOf } from './query-offers.ts';
import { barePerms } from './query-values.ts';

export interface Suggestion {
  /** The text to insert at [from, to). */
  readonly insert: string;
  /** The label in the list; `isName` if it is a name, which may be hostile. */
  readonly label: string;
  readonly hint: string;
  readonly isName: boolean;
}

export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly Suggestion[];
}

/** The list scrolls; nobody reads more than these. */
const MOST = 24;
const NONE: Completion = { from: 0, to: 0, suggestions: [] };

/**
 * Completions at the caret of the search box: fields while a field is typed, then values that occur in the map. None
 * for an address, nor inside plain words, which are parts of names; with `asked` (the list is requested) always some.
 */
export function complete(
  text: string,
  caret: number,
  intervals: Intervals,
  figures: MappingFigures | null,
  asked = false,
  uses: Uses | null = null,
): Completion {
  if (parseRange(text.trim().toLowerCase()) !== null) return NONE;
  const tokens = tokensOf(text);
  const token = tokens.find(({ from, to }) => from < caret && caret <= to);
  if (token === undefined) {
    const isAfterTerms = tokens.some((each) => !isPlain(each)) && /\s$/.test(text.slice(0, caret));
    return asked || isAfterTerms ? { from: caret, to: caret, suggestions: FIELDS.map(ofField).slice(0, asked ? FIELDS.length : MOST) } : NONE;
  }
  const field = fieldOf(token.field);
  if (field !== null) return ofValues(token, text, caret, field, offersOf(field.type, intervals, figures, uses));
  const isAmongWords = tokens.length > 1 && tokens.every(isPlain);
  if (token.field !== '' || token.quoted || (isAmongWords && !asked)) return NONE;
  const word = text.slice(token.from + (token.negated ? 1 : 0), caret).toLowerCase();
  const fields = FIELDS.filter(({ name, aliases }) => [name, ...aliases].some((each) => each.startsWith(word))).map(ofField);
  const kinds = offersOf('kind', intervals, figures, uses)
    .filter(({ value }) => value.startsWith(word))
    .map((offer) => ({ insert: `kind:${printValue(offer.value)}`, label: `kind:${offer.value}`, hint: offer.hint, isName: false }));
  return { from: token.from + (token.negated ? 1 : 0), to: token.to, suggestions: [...fields, ...kinds].slice(0, MOST) };
}

function isPlain({ field, negated, quoted, values }: PlacedToken): boolean {
  return field === '' && !negated && !quoted && barePerms((values[0] ?? '').toLowerCase()) === null;
}

function ofField(field: Field): Suggestion {
  const operator = isNumber(field) && field.type !== 'inode' && field.type !== 'address' ? '>' : (operatorsOf(field)[0] ?? ':');
  return { insert: field.name + operator, label: field.name + operator, hint: field.hint, isName: false };
}

function ofValues(token: PlacedToken, text: string, caret: number, field: Field, all: Offer[]): Completion {
  if (caret < token.valueFrom) return NONE;
  const typed = text.slice(token.valueFrom, caret).replace(/^"/, '').toLowerCase();
  const chosen = token.values.slice(0, -1);
  const isListed = (offer: Offer): boolean => offer.value.toLowerCase().includes(typed) && !chosen.includes(offer.value);
  const isDone = (offer: Offer): boolean => offer.value.toLowerCase() === typed;
  const offers = all.filter(isListed);
  // A complete value needs no list.
  if (offers.length === 1 && offers.every(isDone)) return NONE;
  const begins = (offer: Offer): number => (offer.value.toLowerCase().startsWith(typed) ? 0 : 1);
  const suggestions = offers
    .sort((a, b) => begins(a) - begins(b))
    .slice(0, MOST)
    .map(({ value, whole = value, hint }) => ({
      insert: printValue(token.operator === ':' ? value : whole),
      label: value,
      hint,
      isName: field.type === 'name' || field.type === 'of',
    }));
  return { from: token.valueFrom, to: token.to, suggestions };
}
