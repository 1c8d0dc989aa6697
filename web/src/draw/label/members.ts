import type { Intervals } from '@procmap/shared/intervals.ts';
import { isLibraryName } from '@procmap/shared/files/library-name.ts';
import { mappedFiles } from '@procmap/shared/files/mapped-files.ts';
import type { Hierarchy } from '../../axis/hierarchy.ts';
import type { Runs } from '../../axis/runs.ts';
import { NO_USE, useWord } from '@procmap/shared/use/use-list.ts';
import { isNamedByOwner } from '@procmap/shared/use/use-text.ts';
import { runNames, thingsIn, useOfRun } from './use-words.ts';

/** All mappings of one file, name or use in a range of runs, such as a library. */
export interface Member {
  readonly isLibrary: boolean;
  readonly pages: number;
  readonly mappings: number;
  /** Mappings, or how many stacks, arenas or the like they are. */
  readonly things: number;
  /** Its lowest run. */
  readonly run: number;
}

export interface Members {
  /** Largest first, libraries before all others; with very many runs, only some of the largest. */
  readonly list: readonly Member[];
  /** Number of libraries, and of others; with very many runs, the number of runs. */
  readonly libraries: number;
  readonly others: number;
}

/** Above this number, runs are not counted by name in each frame. */
const MAX_RUNS = 4096;
const MAX_LARGEST = 1024;
const MAX_KEPT = 256;

const kept = new WeakMap<Hierarchy, Map<string, Members>>();

/** The members of runs [from, to) of one cluster. O(runs) the first time, then cached. */
export function membersOf(hierarchy: Hierarchy, from: number, to: number): Members {
  let ofHierarchy = kept.get(hierarchy);
  if (ofHierarchy === undefined || ofHierarchy.size > MAX_KEPT) kept.set(hierarchy, (ofHierarchy = new Map<string, Members>()));
  const key = `${from} ${to}`;
  let members = ofHierarchy.get(key);
  if (members === undefined) ofHierarchy.set(key, (members = to - from > MAX_RUNS ? largestOf(hierarchy, from, to) : byName(hierarchy, from, to)));
  return members;
}

function byName(hierarchy: Hierarchy, from: number, to: number): Members {
  const { axis, runs } = hierarchy;
  const { intervals } = axis;
  const found = new Map<number | string, { run: number; pages: number; mappings: number; things: number }>();
  for (let r = from; r < to; r++) {
    const key = identity(hierarchy, r);
    const [pages, mappings, things] = [runs.mappedPages[r] ?? 0, runs.mappings[r] ?? 0, thingsIn(hierarchy, r)];
    const member = found.get(key);
    if (member === undefined) found.set(key, { run: r, pages, mappings, things });
    else {
      member.pages += pages;
      member.mappings += mappings;
      member.things += things;
    }
  }
  const list = Array.from(found.values(), (member) => ranked(intervals, runs, member)).sort(byRank);
  const libraries = list.filter(({ isLibrary }) => isLibrary).length;
  return { list, libraries, others: list.length - libraries };
}

/** For very many runs: those among the largest of all, each by itself. */
function largestOf(hierarchy: Hierarchy, from: number, to: number): Members {
  const { axis, runs } = hierarchy;
  const list = largestRuns(hierarchy)
    .filter((r) => r >= from && r < to)
    .map((r) => ranked(axis.intervals, runs, { run: r, pages: runs.mappedPages[r] ?? 0, mappings: runs.mappings[r] ?? 0, things: thingsIn(hierarchy, r) }))
    .sort(byRank);
  const libraries = list.filter(({ isLibrary }) => isLibrary).length;
  return { list, libraries, others: to - from - libraries };
}

const largest = new WeakMap<Hierarchy, readonly number[]>();

/**
 * About MAX_LARGEST of the largest runs, ascending. Two passes, once per map: sorting a million would be noticeable.
 */
function largestRuns(hierarchy: Hierarchy): readonly number[] {
  const known = largest.get(hierarchy);
  if (known !== undefined) return known;
  const { length, mappedPages } = hierarchy.runs;
  const byLog = new Uint32Array(64);
  const logOf = (r: number): number => Math.floor(Math.log2(mappedPages[r] ?? 1));
  for (let r = 0; r < length; r++) byLog[logOf(r)] = (byLog[logOf(r)] ?? 0) + 1;
  let least = 63;
  for (let count = 0; least > 0 && count + (byLog[least] ?? 0) < MAX_LARGEST; least--) count += byLog[least] ?? 0;
  const found: number[] = [];
  for (let r = 0; r < length && found.length < MAX_LARGEST; r++) if (logOf(r) >= least) found.push(r);
  largest.set(hierarchy, found);
  return found;
}

function byRank(a: Member, b: Member): number {
  return Number(b.isLibrary) - Number(a.isLibrary) || b.pages - a.pages || a.run - b.run;
}

/** Equal for two runs of one use (and one owner, where that is the name), of one file, or of one name without a file. */
function identity(hierarchy: Hierarchy, r: number): number | string {
  const { axis, runs } = hierarchy;
  const { row, table, kernel, part } = axis.intervals;
  const first = runs.first[r] ?? 0;
  const use = useOfRun(hierarchy, r);
  if (use !== NO_USE) return isNamedByOwner(useWord(use)) ? (runNames(hierarchy, r)[0] ?? '') : -(2 ** 40) - use;
  const mapping = row[first] ?? -1;
  return mapping >= 0 ? (mappedFiles(table).of[mapping] ?? 0) : -2 - (kernel.region[part[first] ?? -1] ?? -1);
}

function ranked({ row, table }: Intervals, runs: Runs, found: Omit<Member, 'isLibrary'>): Member {
  const mapping = row[runs.first[found.run] ?? 0] ?? -1;
  return { ...found, isLibrary: mapping >= 0 && isLibraryName(table.names, table.name[mapping] ?? 0) };
}
