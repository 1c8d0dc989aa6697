import type { Intervals } from '@procmap/shared/intervals.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { kindLabel } from '@procmap/shared/words.ts';
import { type AddressQuery, isEmpty, parseRange } from '@procmap/shared/places/address-query.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { hitsOf, matchTerms, needs } from './query-match.ts';
import { type Criterion, isProblem, type Problem, type Term, termOf } from './query-terms.ts';
import { findPasted } from '@procmap/shared/places/find-pasted.ts';
import { tokensOf } from './query-tokens.ts';

/** The parsed text of the search box. */
export type Query =
  | { readonly type: 'none' }
  | AddressQuery
  | { readonly type: 'terms'; readonly terms: readonly Term[]; /** What it would be but for the names that it is a part of. */ readonly address?: AddressQuery }
  /** Not understood: a sentence that says what to write. Matches nothing. */
  | ({
      readonly type: 'wrong';
      /** Understood as a place that was pasted: of which there is none in this map, or several. */ readonly place?: 'none' | 'several';
    } & Problem);

/**
 * An address or a range (see parseRange); else terms separated by spaces, all of which must match. A term is a field
 * with its value (`size>1M`, `kind:heap,stack`; see FIELDS), permissions (`rwx`, `r-xp`, `---` exactly; `w+x`, `+x` at
 * least; `p` and `s`), or part of a name. `-` or `!` in front negates it.
 */
export function parseQuery(typed: string): Query {
  const text = typed.trim().toLowerCase();
  if (text === '') return { type: 'none' };
  const range = parseRange(text);
  if (range !== null) return range;
  if (text === 'no access') return parseQuery('perm:none');
  const terms: Term[] = [];
  for (const token of tokensOf(typed)) {
    const term = termOf(token);
    if (isProblem(term)) return { type: 'wrong', ...term };
    terms.push(term);
  }
  return { type: 'terms', terms };
}

/**
 * Parses the text for a given map. Text that occurs in a name there finds that name, even if it is bare hex (such as
 * the name of a log file; with `0x` it always is an address), several words, or would not be understood.
 */
export function readQuery(typed: string, intervals: Intervals | null): Query {
  const query = parseQuery(typed);
  if (query.type === 'none' || intervals === null) return query;
  const pasted = query.type === 'address' ? null : findPasted(typed, intervals);
  if (pasted !== null && !('problem' in pasted)) return pasted;
  const read = readInMap(query, typed, intervals);
  return pasted !== null && findHits(read, intervals).length === 0 ? { type: 'wrong', ...pasted } : read;
}

/** Text that is not a pasted place. */
function readInMap(query: Query, typed: string, intervals: Intervals): Query {
  const text = typed.trim().toLowerCase();
  const phrase: Query = { type: 'terms', terms: [term({ type: 'word', text })] };
  if (query.type === 'address') {
    if (text.includes('0x')) return query;
    const named = { ...phrase, address: query };
    // `2024-01` is hardly meant as a range.
    return isEmpty(query) || findHits(named, intervals).length > 0 ? named : query;
  }
  const kind = /^kind:([^",]*\s[^",]*)$/.exec(text)?.[1];
  if (kind !== undefined && isKind(kind, intervals)) return { type: 'terms', terms: [term({ type: 'kind', kinds: [kind] })] };
  const isPlain = query.type === 'terms' && query.terms.length > 1 && query.terms.every(({ negated, criterion }) => !negated && criterion.type === 'word');
  if ((isPlain || query.type === 'wrong') && findHits(phrase, intervals).length > 0) return phrase;
  return query.type === 'terms' ? (wrongKind(query.terms, intervals) ?? query) : query;
}

function term(criterion: Criterion): Term {
  return { negated: false, other: false, criterion };
}

function isKind(word: string, { kernel }: Intervals): boolean {
  return KINDS.some((name, i) => name === word || kindLabel(i).toLowerCase() === word) || kernel.half.regions.some(({ kind }) => kind.toLowerCase() === word);
}

/** Kinds of kernel regions depend on the map: only with a map a kind is known to be wrong. */
function wrongKind(terms: readonly Term[], intervals: Intervals): Query | null {
  const words = terms.flatMap(({ criterion }) => (criterion.type === 'kind' ? criterion.kinds : []));
  const wrong = words.find((word) => !isKind(word, intervals));
  if (wrong === undefined) return null;
  const present = KINDS.filter((_, kind) => intervals.kind.includes(kind)).slice(0, 6);
  return { type: 'wrong', problem: `No kind is called “${wrong}”. The kinds here are ${present.join(', ')} …` };
}

/** Why an understood query finds nothing; '' if it can find something. */
export function missingFor(query: Query, figures: MappingFigures | null): string {
  const isMissing = figures === null && query.type === 'terms' && query.terms.some(({ criterion }) => needs(criterion));
  return isMissing ? 'The figures of all mappings have not been read yet. Read them first.' : '';
}

/** One byte per interval: 1 if it matches; null if there is no filter. */
export function findMatches(query: Query, intervals: Intervals, figures: MappingFigures | null = null, uses: Uses | null = null): Uint8Array | null {
  if (query.type === 'wrong') return new Uint8Array(intervals.length);
  return query.type === 'terms' ? matchTerms(query.terms, intervals, figures, uses) : null;
}

/** Indexes of matching intervals, by descending address. */
export function findHits(query: Query, intervals: Intervals, figures: MappingFigures | null = null): Uint32Array {
  const matches = findMatches(query, intervals, figures);
  return matches === null ? new Uint32Array() : hitsOf(matches);
}
