import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import { UNUSUAL } from './large-blocks.ts';
import type { UseMap } from '../use-map.ts';

/** Wine itself, by the program that loads Windows programs. */
const WINE = /^wine(64)?(-preloader)?$/;
/** Windows hands out memory at multiples of 64 KiB. */
const GRANULARITY_PAGES = 16;
/** Below 2 GiB, Wine reserves addresses for Windows programs; above all else lie their thread and process blocks. */
const [LOW_END, HIGH_START] = [2 ** 19, 0x7_fff_fe000];
/** The lowest pages of a stack: one that stays closed, and one that Windows programs are told of when they reach it. */
const STACK_GUARD_PAGES = 2;
const IMAGE = /\.(exe|dll|drv|sys|ocx|cpl|acm|ax)$/i;

/** Windows programs that run by Wine: their stacks, their memory, and what Wine copied of their images. */
export function wine(map: UseMap): void {
  if (map.evidence.flags === null || map.program(WINE) === null) return;
  images(map);
  windowsStacks(map);
  const evidence = (row: number): string =>
    `it is ${formatPages(map.size(row))} from a multiple of 64 KB on, where Wine reserves addresses for Windows programs`;
  const kept = 'it has no access and the flag nr, among the addresses that Wine reserves for Windows programs';
  map.claimAnonymous({ use: 'reserve', certainty: 'seen', of: 'Wine', evidence: kept }, 'closed', Flag.nr, (row) => {
    return map.start(row) < LOW_END || map.start(row) >= HIGH_START;
  });
  map.claimAnonymous({ use: 'allocator', certainty: 'likely', of: 'Windows program', evidence }, 'data', 0, (row) => isForWindows(map, row, map.start(row)));
}

/** Sections that do not begin at a page of the file are copied: they lie between the parts of the image that are mapped. */
function images(map: UseMap): void {
  const below = partsBelow(map);
  const of = (row: number): string => map.baseName(below[row] ?? -1);
  const evidence = (row: number): string => `it lies between or behind parts of ${of(row)} without a gap, where Wine copies sections of an image`;
  const isImage = (row: number): boolean => !map.isClosed(row) && (below[row] ?? -1) >= 0 && IMAGE.test(of(row));
  map.claimAnonymous({ use: 'library', certainty: 'likely', of, evidence }, 'any', 0, isImage);
}

/** Of each row, the file below with nothing but open anonymous memory between; -1: none. One pass: there may be many. */
function partsBelow(map: UseMap): Int32Array {
  const below = new Int32Array(map.length).fill(-1);
  for (let row = 0; row < map.length; row++) {
    if (map.isFile(row)) below[row] = row;
    else if (map.isJoined(row - 1) && map.isAnonymous(row) && !map.isClosed(row)) below[row] = below[row - 1] ?? -1;
  }
  return below;
}

function windowsStacks(map: UseMap): void {
  const stacks: number[] = [];
  for (const row of map.free('data')) {
    const guard = row - 1;
    const isStack = map.isJoined(guard) && map.isClosed(guard) && map.size(guard) === STACK_GUARD_PAGES && isForWindows(map, row, map.start(guard));
    if (isStack && map.end(row) % GRANULARITY_PAGES === 0) stacks.push(row);
  }
  const evidence = 'it lies above 2 pages without access, from a multiple of 64 KB to another, as Wine makes stacks for Windows code';
  map.claimRows({ use: 'thread_stack', certainty: 'likely', of: '', evidence }, stacks);
  const below = 'it lies without access directly below what is likely a stack of Windows code';
  map.claimRows(
    { use: 'stack_guard', certainty: 'likely', of: '', evidence: below },
    stacks.map((row) => row - 1),
  );
}

function isForWindows(map: UseMap, row: number, start: number): boolean {
  return start % GRANULARITY_PAGES === 0 && (start < LOW_END || start >= HIGH_START) && map.hasFlags(row) && map.lacks(row, UNUSUAL);
}
