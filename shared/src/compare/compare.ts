import type { Layout } from '../layout.ts';
import { nameKey } from '../text/names.ts';
import type { MappingTable } from '../region.ts';
import type { Uses } from '../use/uses.ts';

/** One of two maps that are compared. */
export interface Side {
  readonly table: MappingTable;
  readonly layout: Layout;
  readonly uses: Uses;
}

/** What became of a mapping, or of a part of it. */
export const CHANGES = ['new', 'gone', 'grown', 'shrunk', 'perms', 'same'] as const;
export type Change = (typeof CHANGES)[number];

/**
 * Pages [start, end) that changed in one way, or not at all. `start` is an address of the second map, or of the first one
 * where it is in that alone. `first`, `second`: rows of the two maps; -1: of that one nothing lies there.
 */
export interface ChangedRange {
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly second: number;
  readonly change: Change;
}

/**
 * Compares by address: what lies at each page, in both. Ascending, without overlap, O(rows). A part of a mapping that
 * touches the same mapping in the other map has grown or shrunk; else it is new or gone.
 */
export function compareByAddress(a: MappingTable, b: MappingTable): ChangedRange[] {
  const ranges: ChangedRange[] = [];
  const isSame = sameObject(a, b);
  let [i, j] = [0, 0];
  let page = 0;
  const push = (end: number, first: number, second: number, change: Change): void => {
    const last = ranges.at(-1);
    if (end <= page) return;
    if (last?.end === page && last.first === first && last.second === second && last.change === change) ranges[ranges.length - 1] = { ...last, end };
    else ranges.push({ start: page, end, first, second, change });
    page = end;
  };
  while (i < a.length || j < b.length) {
    const [startA, endA] = [a.start[i] ?? Infinity, a.end[i] ?? Infinity];
    const [startB, endB] = [b.start[j] ?? Infinity, b.end[j] ?? Infinity];
    page = Math.max(page, Math.min(startA, startB));
    const [inA, inB] = [startA <= page, startB <= page];
    const end = Math.min(inA ? endA : startA, inB ? endB : startB);
    if (inA && inB && isSame(i, j)) push(end, i, j, a.perms[i] === b.perms[j] ? 'same' : 'perms');
    else if (inB) push(end, inA ? i : -1, j, continues(a, b, j, isSame) ? 'grown' : 'new');
    else push(end, i, -1, continues(b, a, i, (row, other) => isSame(other, row)) ? 'shrunk' : 'gone');
    if (endA <= page) i++;
    if (endB <= page) j++;
  }
  return ranges;
}

/** Whether a row of `to` overlaps a mapping of `from` that is of the same object. */
function continues(from: MappingTable, to: MappingTable, row: number, isSame: (from: number, to: number) => boolean): boolean {
  const [start, end] = [to.start[row] ?? 0, to.end[row] ?? 0];
  let [low, high] = [0, from.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((from.end[middle] ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < from.length && (from.start[i] ?? 0) < end; i++) if (isSame(i, row)) return true;
  return false;
}

/** Whether two rows map the same object at the same place of it; anonymous memory is the same where its name is. */
function sameObject(a: MappingTable, b: MappingTable): (i: number, j: number) => boolean {
  const [namesA, namesB] = [keysOf(a), keysOf(b)];
  return (i, j) => {
    if (namesA[a.name[i] ?? 0] !== namesB[b.name[j] ?? 0] || a.device[i] !== b.device[j]) return false;
    if (a.inodeLow[i] !== b.inodeLow[j] || a.inodeHigh[i] !== b.inodeHigh[j]) return false;
    const hasObject = ((a.inodeLow[i] ?? 0) | (a.inodeHigh[i] ?? 0)) !== 0;
    return !hasObject || (a.offset[i] ?? 0) - (a.start[i] ?? 0) === (b.offset[j] ?? 0) - (b.start[j] ?? 0);
  };
}

function keysOf({ names }: MappingTable): string[] {
  return Array.from({ length: names.ends.length - 1 }, (_, i) => nameKey(names, i));
}

/**
 * Compares by what lies there, wherever that is: for two processes or two runs, whose addresses are random. Files are
 * matched by name and offset, other memory by its use and order. Ascending by row of the second map; what is gone last.
 */
export function compareByContent(a: Side, b: Side): ChangedRange[] {
  const partner = matchRows(a, b);
  const matched = new Set(partner);
  const ranges: ChangedRange[] = [];
  const { start, end, perms } = b.table;
  for (let j = 0; j < b.table.length; j++) {
    const i = partner[j] ?? -1;
    const [from, to] = [start[j] ?? 0, end[j] ?? 0];
    if (i < 0) ranges.push({ start: from, end: to, first: -1, second: j, change: 'new' });
    else {
      const pages = (a.table.end[i] ?? 0) - (a.table.start[i] ?? 0);
      const common = Math.min(pages, to - from);
      ranges.push({ start: from, end: from + common, first: i, second: j, change: a.table.perms[i] === perms[j] ? 'same' : 'perms' });
      if (to - from > common) ranges.push({ start: from + common, end: to, first: -1, second: j, change: 'grown' });
      const at = a.table.start[i] ?? 0;
      if (pages > common) ranges.push({ start: at + common, end: at + pages, first: i, second: -1, change: 'shrunk' });
    }
  }
  for (let i = 0; i < a.table.length; i++)
    if (!matched.has(i)) ranges.push({ start: a.table.start[i] ?? 0, end: a.table.end[i] ?? 0, first: i, second: -1, change: 'gone' });
  return ranges;
}

/** How rows may be alike, from the most to the least; within each, in the order of their addresses. */
const LIKENESS: readonly ((side: Side, row: number) => string)[] = [
  (side, row) => `${groupOf(side, row)} ${side.table.perms[row]} ${offsetOf(side, row)} ${(side.table.end[row] ?? 0) - (side.table.start[row] ?? 0)}`,
  (side, row) => `${groupOf(side, row)} ${side.table.perms[row]} ${offsetOf(side, row)}`,
  (side, row) => `${groupOf(side, row)} ${offsetOf(side, row)}`,
];

/** The row of `a` for each row of `b`; -1: none. */
function matchRows(a: Side, b: Side): Int32Array {
  const partner = new Int32Array(b.table.length).fill(-1);
  const taken = new Uint8Array(a.table.length);
  for (const likeness of LIKENESS) {
    const free = new Map<string, number[]>();
    for (let i = a.table.length - 1; i >= 0; i--) {
      if (taken[i] === 1) continue;
      const key = likeness(a, i);
      const rows = free.get(key);
      if (rows === undefined) free.set(key, [i]);
      else rows.push(i);
    }
    for (let j = 0; j < b.table.length; j++) {
      if ((partner[j] ?? -1) >= 0) continue;
      const i = free.get(likeness(b, j))?.pop();
      if (i === undefined) continue;
      partner[j] = i;
      taken[i] = 1;
    }
  }
  return partner;
}

function groupOf({ table, uses }: Side, row: number): string {
  const name = table.name[row] ?? 0;
  return name === 0 ? `use ${uses.use[row]}` : `name ${nameKey(table.names, name)}`;
}

/** Anonymous memory has no meaningful offset. */
function offsetOf({ table }: Side, row: number): number {
  return ((table.inodeLow[row] ?? 0) | (table.inodeHigh[row] ?? 0)) === 0 ? 0 : (table.offset[row] ?? 0);
}
