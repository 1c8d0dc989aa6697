import type { Intervals } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { isLibraryName } from '@procmap/shared/files/library-name.ts';
import { lastAtMost } from './bisect.ts';
import type { Clusters } from './clusters.ts';
import type { Runs } from './runs.ts';

/**
 * Shelves: two or more shared libraries that stand side by side, with the little that lies between them (their bss,
 * locale files). A level between clusters and runs: a shelf is whole runs of one cluster. Ascending and disjoint.
 */
export interface Shelves {
  readonly length: number;
  /** Shelf s is the intervals [first[s], end[s]); its first and its last are mappings of libraries. */
  readonly first: Uint32Array;
  readonly end: Uint32Array;
  /** and the runs [firstRun[s], endRun[s]). */
  readonly firstRun: Uint32Array;
  readonly endRun: Uint32Array;
  /** Runs of libraries, at least 2. */
  readonly libraries: Uint32Array;
  /** All mappings in it. */
  readonly mappings: Uint32Array;
}

/** 256 KiB: as much as may be mapped between two libraries; an arena of malloc or of Python is not lost among them. */
const MAX_BETWEEN_PAGES = 64;
/** 2 MiB: the loader aligns to huge pages at most. */
const MAX_GAP_PAGES = 512;

/** O(runs). */
export function findShelves(intervals: Intervals, runs: Runs, clusters: Clusters): Shelves {
  const { bounds } = intervals;
  const found: Found[] = [];
  for (let c = 0; c < clusters.length && clusters.isKernel[c] !== 1; c++) {
    const to = clusters.endRun[c] ?? 0;
    let open: Found | null = null;
    // What lies between the last library and here.
    let between = { mappings: 0, pages: 0 };
    for (let r = clusters.firstRun[c] ?? 0; r < to; r++) {
      const mappings = runs.mappings[r] ?? 0;
      const gap = (bounds[runs.first[r] ?? 0] ?? 0) - (bounds[runs.end[r - 1] ?? 0] ?? 0);
      if (gap > MAX_GAP_PAGES) open = null;
      if (isLibrary(intervals, runs, r)) {
        if (open === null) found.push((open = { firstRun: r, endRun: r + 1, libraries: 1, mappings }));
        else {
          open.endRun = r + 1;
          open.libraries++;
          open.mappings += between.mappings + mappings;
        }
        between = { mappings: 0, pages: 0 };
      } else if (open !== null) {
        between = { mappings: between.mappings + mappings, pages: between.pages + (runs.mappedPages[r] ?? 0) };
        if (between.pages > MAX_BETWEEN_PAGES || !mayLieBetween(intervals, runs, r)) open = null;
      }
      if (open === null) between = { mappings: 0, pages: 0 };
    }
  }
  const shelves = found.filter(({ libraries }) => libraries > 1);
  return {
    length: shelves.length,
    first: Uint32Array.from(shelves, ({ firstRun }) => runs.first[firstRun] ?? 0),
    end: Uint32Array.from(shelves, ({ endRun }) => runs.end[endRun - 1] ?? 0),
    firstRun: Uint32Array.from(shelves, ({ firstRun }) => firstRun),
    endRun: Uint32Array.from(shelves, ({ endRun }) => endRun),
    libraries: Uint32Array.from(shelves, ({ libraries }) => libraries),
    mappings: Uint32Array.from(shelves, ({ mappings }) => mappings),
  };
}

interface Found {
  readonly firstRun: number;
  endRun: number;
  libraries: number;
  mappings: number;
}

/** The mappings of a file with code in it that is named like a library. */
function isLibrary({ kind, row, table }: Intervals, runs: Runs, r: number): boolean {
  const first = runs.first[r] ?? 0;
  const of = kind[first];
  return (of === Kind.rodata || of === Kind.text || of === Kind.data) && isLibraryName(table.names, table.name[row[first] ?? -1] ?? 0);
}

/** Memory without a name, and plain files. */
function mayLieBetween({ kind }: Intervals, runs: Runs, r: number): boolean {
  const of = kind[runs.first[r] ?? 0];
  return of === Kind.anon || of === Kind.file;
}

/** Index of the shelf that holds `interval`, or -1. */
export function shelfAt({ length, first, end }: Shelves, interval: number): number {
  const shelf = lastAtMost(first, 0, length - 1, interval);
  return (first[shelf] ?? Infinity) <= interval && interval < (end[shelf] ?? 0) ? shelf : -1;
}
