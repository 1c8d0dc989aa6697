import { formatPages } from '../../units.ts';
import type { UseMap } from '../use-map.ts';
import type { Claim } from '../uses.ts';
import { javaSize } from './java-options.ts';

/** 32 GiB: a heap below it needs references of 32 bits only, so a Java VM puts it there if it fits. */
const END_PAGE = 2 ** 23;
const ALIGN_PAGES = 256;
const MIN_PAGES = 2 * ALIGN_PAGES;
/** A Java VM rounds the size of its heap up to whole regions, of 32 MiB at most. */
const MAX_ROUNDING_PAGES = 32 * ALIGN_PAGES;

interface Run {
  readonly first: number;
  readonly last: number;
}

/** The Java heap: one run of memory without gaps, of the size that the command line says, or the only such run. */
export function javaHeap(map: UseMap): void {
  const runs = runsBelow(map, END_PAGE);
  const most = javaSize(map, 'Xmx') ?? javaSize(map, 'XX:MaxHeapSize=');
  const found = most === null ? null : (runs.map((run) => partOfSize(map, run, most)).find((run) => run !== null) ?? null);
  if (found !== null && most !== null) {
    claimHeap(map, found, 'seen', `as the command line says (${formatPages(most)})`);
    return;
  }
  const [only, ...others] = runs.filter((run) => isPlausible(map, run));
  if (only === undefined || others.length > 0) return;
  const hasArchive = map.range(only.first, only.last).some((row) => isArchive(map, row));
  claimHeap(map, only, hasArchive ? 'seen' : 'likely', `the only such run${hasArchive ? ', and a part of it comes from the class archive' : ''}`);
}

function claimHeap(map: UseMap, { first, last }: Run, certainty: Claim['certainty'], why: string): void {
  const size = formatPages(map.end(last) - map.start(first));
  map.claimRows(
    { use: 'gc_heap', certainty, of: 'Java heap', evidence: `it lies in a run of ${size} below 32 GB in a Java VM, ${why}` },
    map.range(first, last),
  );
}

function isArchive(map: UseMap, row: number): boolean {
  return map.isFile(row) && map.baseName(row).endsWith('.jsa');
}

/** Runs of anonymous data, closed memory and class archives, ascending. */
function runsBelow(map: UseMap, page: number): readonly Run[] {
  const runs: Run[] = [];
  const isPart = (row: number): boolean => map.isFree(row) && (map.isData(row) || map.isClosed(row) || isArchive(map, row));
  for (let first = 0; first < map.length && map.start(first) < page; first++) {
    if (!isPart(first)) continue;
    let last = first;
    while (map.isJoined(last) && isPart(last + 1)) last++;
    if (map.end(last) <= page) runs.push({ first, last });
    first = last;
  }
  return runs;
}

/** The part of a run with this size, or all of it if it is hardly larger; null: none. */
function partOfSize(map: UseMap, { first, last }: Run, pages: number): Run | null {
  for (let row = first; row <= last; row++) {
    const end = map.rowAt(map.start(row) + pages - 1);
    if (map.start(row) % ALIGN_PAGES === 0 && map.isData(row) && end >= row && end <= last && map.end(end) === map.start(row) + pages)
      return { first: row, last: end };
  }
  const size = map.end(last) - map.start(first);
  return isPlausible(map, { first, last }) && size > pages && size < pages + MAX_ROUNDING_PAGES ? { first, last } : null;
}

/** It begins with objects, unlike class space and its archive. */
function isPlausible(map: UseMap, { first, last }: Run): boolean {
  const [start, size] = [map.start(first), map.end(last) - map.start(first)];
  return map.isData(first) && start % ALIGN_PAGES === 0 && size % ALIGN_PAGES === 0 && size >= MIN_PAGES;
}
