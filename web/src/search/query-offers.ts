import { type Intervals, permsAt } from '@procmap/shared/intervals.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { permsText } from '@procmap/shared/perms.ts';
import { deviceText } from '@procmap/shared/region.ts';
import { shownName } from '@procmap/shared/text/shown-name.ts';
import { formatCount, formatPages } from '@procmap/shared/units.ts';
import { kindLabel, permsWords } from '@procmap/shared/words.ts';
import { NO_USE, USES, useName } from '@procmap/shared/use/use-list.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { NO_USE_WORD } from './query-uses.ts';
import { baseName } from '../regions/naming.ts';
import type { FieldType } from './query-fields.ts';

/** A possible value of a field, and the number of matches. */
export interface Offer {
  readonly value: string;
  /** For a name: the full name, if it must match exactly. */
  readonly whole?: string;
  readonly hint: string;
}

const made = new WeakMap<Intervals, Map<FieldType, readonly Offer[]>>();

/** The values that occur in a map, or examples if there are too many to list. Cached per map. */
export function offersOf(type: FieldType, intervals: Intervals, figures: MappingFigures | null, uses: Uses | null): Offer[] {
  if (type === 'flag') return flagOffers(intervals, figures);
  if (type === 'use' && uses !== null) return useOffers(uses);
  if (type === 'of') return uses === null ? [] : ownerOffers(uses);
  let offers = made.get(intervals);
  if (offers === undefined) made.set(intervals, (offers = new Map<FieldType, readonly Offer[]>()));
  let found = offers.get(type);
  if (found === undefined) offers.set(type, (found = valuesOf(type, intervals)));
  return [...found];
}

function fixed(...offers: readonly (readonly [value: string, hint: string])[]): Offer[] {
  return offers.map(([value, hint]) => ({ value, hint }));
}

function valuesOf(type: FieldType, intervals: Intervals): Offer[] {
  switch (type) {
    case 'kind':
      return kindOffers(intervals);
    case 'use':
      return fixed(...USES.map((word, use) => [word, useName(use)] as const), [NO_USE_WORD, 'not known']);
    case 'certainty':
      return fixed(['told', 'by the kernel or the program'], ['seen', 'by a stack pointer or flags'], ['likely', 'by a pattern']);
    case 'perms':
      return permsOffers(intervals);
    case 'name':
      return nameOffers(intervals);
    case 'device':
      return deviceOffers(intervals);
    case 'type':
      return fixed(['p', 'private, copy on write'], ['s', 'shared']);
    case 'space':
      return fixed(['user', 'the user half'], ['kernel', 'the kernel half'], ['none', 'the non-canonical hole']);
    case 'deleted':
      return fixed(['yes', 'the file is gone'], ['no', 'all others']);
    case 'views':
      return fixed(['yes', 'also mapped elsewhere'], ['no', 'all others'], ['w+x', 'written here, executed there']);
    case 'size':
    case 'figure':
      return fixed(['0', 'anything'], ['4K', 'a page'], ['64K', ''], ['1M', ''], ['16M', ''], ['256M', ''], ['1G', '']);
    case 'percent':
      return fixed(['0%', 'nothing'], ['25%', ''], ['50%', ''], ['75%', ''], ['100%', 'all']);
    case 'address':
    case 'inode':
    case 'of':
    case 'flag':
      return [];
  }
}

/** Counts by number and lists the most frequent values first. */
function counted<K>(keys: Iterable<K>): [key: K, count: number][] {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

function kindOffers({ kind, kernel }: Intervals): Offer[] {
  const ofRegions = counted(kernel.half.regions.map((region) => region.kind.toLowerCase()));
  const own = counted(kind).map(([index, count]): Offer => ({ value: KINDS[index] ?? '', hint: `${kindLabel(index)}, ${formatCount(count)}` }));
  const others = ofRegions.filter(([name]) => !own.some(({ value }) => value === name));
  return [...own, ...others.map(([value, count]): Offer => ({ value, hint: `of the kernel, ${formatCount(count)}` }))];
}

function permsOffers(intervals: Intervals): Offer[] {
  const present = new Uint32Array(8);
  const { row, part, kernel } = intervals;
  for (let i = 0; i < intervals.length; i++) {
    // Permissions of pages: those of a kernel region combine many pages.
    if ((row[i] ?? -1) < 0 && (kernel.range[part[i] ?? -1] ?? -1) < 0) continue;
    const perms = (permsAt(intervals, i) ?? 0) & 7;
    present[perms] = (present[perms] ?? 0) + 1;
  }
  const exact = [...present.keys()].filter((perms) => (present[perms] ?? 0) > 0).sort((a, b) => (present[b] ?? 0) - (present[a] ?? 0));
  const whole = exact.map((perms): Offer => ({ value: permsText(perms), hint: `${permsWords(perms)}, ${formatCount(present[perms] ?? 0)}` }));
  return [...whole, ...fixed(['w', 'writable, possibly more'], ['x', 'executable'], ['w+x', 'both at once'], ['none', 'no access'])];
}

/** Largest mapped size first, since large ones are the most interesting. */
function nameOffers({ table }: Intervals): Offer[] {
  const pages = new Float64Array(table.names.ends.length);
  const counts = new Uint32Array(pages.length);
  for (let row = 0; row < table.length; row++) {
    const name = table.name[row] ?? 0;
    pages[name] = (pages[name] ?? 0) + (table.end[row] ?? 0) - (table.start[row] ?? 0);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  const MAX_NAMES = 2000;
  const largest = [...pages.keys()].filter((name) => name > 0 && (counts[name] ?? 0) > 0).sort((a, b) => (pages[b] ?? 0) - (pages[a] ?? 0));
  const offers = new Map<string, Offer>();
  for (const name of largest.slice(0, MAX_NAMES)) {
    const whole = shownName(table.names, name);
    const value = baseName(whole);
    if (!offers.has(value)) offers.set(value, { value, whole, hint: `${formatPages(pages[name] ?? 0)}, ${formatCount(counts[name] ?? 0)}` });
  }
  return [...offers.values()];
}

function deviceOffers({ table }: Intervals): Offer[] {
  const texts = counted(table.device).map(([device, count]): Offer => {
    const row = table.device.indexOf(device);
    return { value: deviceText(table, row), hint: formatCount(count) };
  });
  return texts.filter(({ value }) => value !== '00:00');
}

function useOffers({ use }: Uses): Offer[] {
  return counted(use).map(([index, count]) => ({
    value: USES[index] ?? NO_USE_WORD,
    hint: `${index === NO_USE ? 'not known' : useName(index)}, ${formatCount(count)}`,
  }));
}

/** Whose mappings are. */
function ownerOffers(uses: Uses): Offer[] {
  const useOf = new Map<string, number>();
  const owners = Array.from(uses.use, (use, row) => {
    const of = uses.of(row);
    useOf.set(of, use);
    return of;
  });
  return counted(owners.filter((of) => of !== '')).map(([value, count]) => ({
    value,
    hint: count === 1 ? useName(useOf.get(value) ?? NO_USE) : formatCount(count),
  }));
}

function flagOffers(intervals: Intervals, figures: MappingFigures | null): Offer[] {
  if (figures === null) return [];
  const counts = new Map<string, number>();
  const joined = JoinedFigures.of(intervals, figures);
  for (let i = 0; i < intervals.length; i++)
    for (const flag of (joined.flags(i) ?? '').split(' ').filter(Boolean)) counts.set(flag, (counts.get(flag) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([value, count]) => ({ value, hint: formatCount(count) }));
}
