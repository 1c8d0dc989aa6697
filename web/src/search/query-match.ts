import { DELETED, isDeleted } from '@procmap/shared/files/deleted.ts';
import { exactBound, type Intervals, isFilled, permsAt, spaceOf } from '@procmap/shared/intervals.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import { JoinedFigures, residentShares } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { addBytes, type Bytes, compareBytes, PAGE_SIZE } from '@procmap/shared/page.ts';
import { PERM_SHARED } from '@procmap/shared/perms.ts';
import { shownName } from '@procmap/shared/text/shown-name.ts';
import { viewsOf } from '@procmap/shared/views.ts';
import { kindLabel } from '@procmap/shared/words.ts';
import type { ShownIntervals } from '../axis/hierarchy.ts';
import { lowerNames } from '../regions/lower-names.ts';
import { type AddressQuery, isEmpty } from '@procmap/shared/places/address-query.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { certaintyAnswer, ofAnswer, useAnswer } from './query-uses.ts';
import type { Field, OwnNumber } from './query-fields.ts';
import type { Comparison, Criterion, Term } from './query-terms.ts';
import type { PermsTest } from './query-values.ts';

/** Whether an interval matches; null if the question does not apply, such as the inode of a gap. */
type Answer = (index: number) => boolean | null;
type Test = (index: number) => boolean;

/** One byte per interval: 1 if it matches all terms. Terms about figures that were not read match nothing. */
export function matchTerms(terms: readonly Term[], intervals: Intervals, figures: MappingFigures | null, uses: Uses | null = null): Uint8Array {
  const matches = new Uint8Array(intervals.length);
  if (terms.length === 0 || (figures === null && terms.some(({ criterion }) => needs(criterion)))) return matches;
  const tests = terms.map((term) => testOf(term, intervals, figures, uses));
  matches.fill(1);
  // Term by term: such loops can be optimised by the engine.
  for (const test of tests) for (let i = 0; i < matches.length; i++) if (matches[i] === 1 && !test(i)) matches[i] = 0;
  return matches;
}

/** Indexes of the matching intervals in the shown range, by descending address, as the page lists them. */
export function hitsOf(matches: Uint8Array, { first, end }: ShownIntervals = { first: 0, end: matches.length }): Uint32Array {
  let count = 0;
  for (let i = first; i < end; i++) count += matches[i] ?? 0;
  const hits = new Uint32Array(count);
  for (let i = first; count > 0; i++) if (matches[i] === 1) hits[--count] = i;
  return hits;
}

/** True for criteria that need the figures of all mappings. */
export function needs(criterion: Criterion): boolean {
  return criterion.type === 'flag' || (criterion.type === 'number' && (criterion.field.type === 'figure' || criterion.field.type === 'percent'));
}

function testOf({ negated, other, criterion }: Term, intervals: Intervals, figures: MappingFigures | null, uses: Uses | null): Test {
  const answer = answerOf(criterion, intervals, figures, uses);
  return (index) => (answer(index) === !other) !== negated;
}

function answerOf(criterion: Criterion, intervals: Intervals, figures: MappingFigures | null, uses: Uses | null): Answer {
  const { table, row } = intervals;
  /** For mappings only. */
  const ofRow =
    (answer: (at: number) => boolean): Answer =>
    (index) => {
      const at = row[index] ?? -1;
      return at < 0 ? null : answer(at);
    };
  switch (criterion.type) {
    case 'word':
      return wordAnswer(criterion.text, intervals);
    case 'range':
      return rangeAnswer(criterion.range, intervals);
    case 'name':
      return nameAnswer(criterion, intervals);
    case 'kind':
      return kindAnswer(criterion.kinds, intervals);
    case 'use':
      return uses === null ? () => null : ofRow(useAnswer(criterion.uses, criterion.exactly, uses));
    case 'of':
      return uses === null ? () => null : ofRow(ofAnswer(criterion.texts, uses));
    case 'certainty':
      return uses === null ? () => null : ofRow(certaintyAnswer(criterion.certainties, uses));
    case 'perms':
      return permsAnswer(criterion.tests, intervals);
    case 'type':
      return ofRow((at) => criterion.shared.includes(((table.perms[at] ?? 0) & PERM_SHARED) !== 0));
    case 'space':
      return (index) => criterion.spaces.includes(spaceOf(intervals, index));
    case 'deleted': {
      const marked = Uint8Array.from(lowerNames(table.names), (name) => (name.endsWith(DELETED) ? 1 : 0));
      return ofRow((at) => criterion.yes.includes(marked[table.name[at] ?? 0] === 1 && isDeleted(table, at)));
    }
    case 'views': {
      const { marks } = viewsOf(table);
      return ofRow((at) => criterion.marks.some((mark) => (mark === 0 ? marks[at] === 0 : ((marks[at] ?? 0) & mark) !== 0)));
    }
    case 'device':
      return ofRow((at) => criterion.devices.includes(table.device[at] ?? 0));
    case 'flag':
      return flagAnswer(criterion.flags, intervals, figures);
    case 'number':
      return numberAnswer(criterion.bounds, criterion.compare, amountOf(criterion.field, intervals, figures));
  }
}

/** Part of a name, or the start of a word of the kind of an interval without a name. */
function wordAnswer(text: string, intervals: Intervals): Answer {
  const { table, kind, row, part } = intervals;
  const named = Uint8Array.from(lowerNames(table.names), (name) => (name.includes(text) ? 1 : 0));
  const isOfRegion = regionAnswer(intervals, (name) => name.includes(text));
  // From the start of a word: `anon` must not match the non-canonical hole.
  const kinds = KINDS.map((word, i) => word === text || ` ${kindLabel(i).toLowerCase()}`.includes(` ${text}`));
  return (index) => {
    if ((part[index] ?? -1) >= 0 && isFilled(intervals, index)) return isOfRegion(part[index] ?? -1) || (kinds[kind[index] ?? 0] ?? false);
    const at = row[index] ?? -1;
    const name = at < 0 ? 0 : (table.name[at] ?? 0);
    return name === 0 ? (kinds[kind[index] ?? 0] ?? false) : named[name] === 1;
  };
}

/** Whether a part of the kernel half lies in a region with a matching name or kind, at any depth. */
function regionAnswer({ kernel }: Intervals, test: (name: string, kind: string) => boolean): Test {
  const regions = kernel.half.regions.map(({ name, kind }) => test(name.toLowerCase(), kind.toLowerCase()));
  return (at) => regions[kernel.region[at] ?? -1] === true || regions[kernel.within[at] ?? -1] === true || regions[kernel.outer[at] ?? -1] === true;
}

function nameAnswer({ exactly, names }: Extract<Criterion, { type: 'name' }>, intervals: Intervals): Answer {
  const { table, row, part, kernel } = intervals;
  const isOne = (shown: string, lower: string): boolean =>
    exactly ? names.includes(shown) : names.some((name) => (name === '' ? shown === '' : lower.includes(name)));
  const named = Uint8Array.from(lowerNames(table.names), (lower, i) => (isOne(exactly ? shownName(table.names, i) : lower, lower) ? 1 : 0));
  const exact = kernel.half.regions.map(({ name }) => names.includes(name));
  const isOfRegion = exactly ? (at: number): boolean => exact[kernel.region[at] ?? -1] === true : regionAnswer(intervals, (name) => isOne(name, name));
  return (index) => {
    const at = row[index] ?? -1;
    if (at >= 0) return named[table.name[at] ?? 0] === 1;
    return (kernel.region[part[index] ?? -1] ?? -1) >= 0 && isFilled(intervals, index) ? isOfRegion(part[index] ?? -1) : null;
  };
}

/** By the kinds of the picture, their labels, and the kinds of kernel regions (`module`, `system ram`). */
function kindAnswer(words: readonly string[], intervals: Intervals): Answer {
  const { kind, part } = intervals;
  const kinds = KINDS.map((name, i) => words.includes(name) || words.includes(kindLabel(i).toLowerCase()));
  const others = words.filter((word) => !(KINDS as readonly string[]).includes(word));
  const isOfRegion = regionAnswer(intervals, (_, of) => others.includes(of));
  return (index) => {
    if (kinds[kind[index] ?? 0] === true) return true;
    const at = part[index] ?? -1;
    return others.length > 0 && at >= 0 && isFilled(intervals, index) && isOfRegion(at);
  };
}

function permsAnswer(tests: readonly PermsTest[], intervals: Intervals): Answer {
  const { row, part, kernel } = intervals;
  return (index) => {
    const isMapping = (row[index] ?? -1) >= 0;
    // A kernel region has no permissions of its own: those of its pages count.
    if (!isMapping && (kernel.range[part[index] ?? -1] ?? -1) < 0) return null;
    const perms = permsAt(intervals, index) ?? 0;
    return tests.some(({ test, ofType }) => (isMapping || !ofType) && test(perms));
  };
}

/** Intervals that touch a range; an address alone is one byte. */
function rangeAnswer(range: AddressQuery, intervals: Intervals): Answer {
  if (isEmpty(range)) return () => false;
  const end = addBytes(range.start, range.length ?? { page: 0, byte: 1 });
  return (index) => compareBytes(exactBound(intervals, index), end) < 0 && compareBytes(exactBound(intervals, index + 1), range.start) > 0;
}

function flagAnswer(flags: readonly string[], intervals: Intervals, figures: MappingFigures | null): Answer {
  if (figures === null) return () => null;
  const joined = JoinedFigures.of(intervals, figures);
  const sets = new Map(figures.flagSets.map((set) => [set, set.split(' ').some((flag) => flags.includes(flag))]));
  return (index) => {
    const set = joined.flags(index);
    // An empty set means unknown: every mapping has some flag.
    return set === null || set === '' ? null : (sets.get(set) ?? null);
  };
}

/**
 * Amounts as pages and additional bytes, so that addresses, sizes and inode numbers are compared exactly. `page` is NaN
 * if there is no amount.
 */
interface Amount {
  readonly page: (index: number) => number;
  readonly byte: (index: number) => number;
  /** Pages that the amount may exceed `page` by: the figures of some mappings are incomplete. */
  readonly more?: (index: number) => number;
}

const NO_BYTE = (): number => 0;
const PAGES_OF_KB = 1024 / PAGE_SIZE;

const OWN_AMOUNTS: Readonly<Record<OwnNumber, (intervals: Intervals) => Amount>> = {
  size: ({ bounds }) => ({ page: (i) => (bounds[i + 1] ?? NaN) - (bounds[i] ?? NaN), byte: NO_BYTE }),
  start: ({ bounds }) => ({ page: (i) => bounds[i] ?? NaN, byte: NO_BYTE }),
  end: ({ bounds }) => ({ page: (i) => bounds[i + 1] ?? NaN, byte: NO_BYTE }),
  offset: ({ row, table }) => ({ page: (i) => table.offset[row[i] ?? -1] ?? NaN, byte: NO_BYTE }),
  inode({ row, table: { inodeLow, inodeHigh } }) {
    const page = (at: number): number => (inodeHigh[at] ?? NaN) * 2 ** 20 + ((inodeLow[at] ?? 0) >>> 12);
    return { page: (i) => page(row[i] ?? -1), byte: (i) => (inodeLow[row[i] ?? -1] ?? 0) & 0xfff };
  },
};

function isOwnNumber(name: string): name is OwnNumber {
  return Object.hasOwn(OWN_AMOUNTS, name);
}

function amountOf(field: Field, intervals: Intervals, figures: MappingFigures | null): Amount {
  if (isOwnNumber(field.name)) return OWN_AMOUNTS[field.name](intervals);
  if (figures === null) return { page: () => NaN, byte: NO_BYTE };
  if (field.type === 'percent') {
    const { least, most } = residentShares(intervals, figures);
    return { page: (i) => 100 * (least[i] ?? NaN), byte: NO_BYTE, more: (i) => 100 * ((most[i] ?? NaN) - (least[i] ?? NaN)) };
  }
  const joined = JoinedFigures.of(intervals, figures);
  const columns = field.columns ?? [];
  return { page: (i) => joined.kb(i, columns) * PAGES_OF_KB, byte: NO_BYTE, more: (i) => joined.untoldPages(i) };
}

function numberAnswer(bounds: readonly Bytes[], compare: Comparison, { page, byte, more = () => 0 }: Amount): Answer {
  const [first = { page: 0, byte: 0 }] = bounds;
  // Subtract pages first: the difference is exact, and so is the rest.
  const against = (index: number, bound: Bytes): number => page(index) - bound.page + (byte(index) - bound.byte) / PAGE_SIZE;
  const isAbove = compare === '>' || compare === '>=';
  const isSo = (difference: number): boolean =>
    compare === '='
      ? difference === 0
      : isAbove
        ? difference > 0 || (compare === '>=' && difference === 0)
        : difference < 0 || (compare === '<=' && difference === 0);
  return (index) => {
    if (Number.isNaN(page(index))) return null;
    const spare = more(index);
    if (spare === 0) return bounds.some((bound) => isSo(against(index, bound)));
    // The amount is in [least, most]: the answer is known only if it holds for the whole range, or for none of it.
    if (compare === '=') return bounds.every((bound) => against(index, bound) > 0 || against(index, bound) + spare < 0) ? false : null;
    const [least, most] = [isSo(against(index, first)), isSo(against(index, first) + spare)];
    return least === most ? least : null;
  };
}
