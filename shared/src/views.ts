import { FileSet } from './file-set.ts';
import { Kind } from './kind.ts';
import { PERM_EXEC, PERM_SHARED, PERM_WRITE } from './perms.ts';
import type { MappingTable } from './region.ts';

/** Marks of a row. It is a view: the same memory is mapped by another row, too. */
export const VIEW = 1;
/** What is written through one of the views is executed through another. */
export const WRITE_EXEC_VIEW = 2;

/**
 * Memory that a process maps more than once, at several addresses. Rows are views of the same memory where they have pages of one inode in common and both are
 * shared; or where one is shared and writable and the other executable: a private mapping, too, has what is written to its file until its own page is copied. Other private
 * mappings are never told as views: a library's data are copies of pages that its text has as well.
 */
export interface Views {
  /** VIEW and WRITE_EXEC_VIEW of each row. */
  readonly marks: Uint8Array;
  /** All views, memory by memory: those of memory m, ascending by offset, are rows[starts[m]] up to rows[starts[m + 1]]. Views of one memory overlap, one with the next. */
  readonly rows: Uint32Array;
  readonly starts: Uint32Array;
  /** How many pages all views have beyond those of the memories behind them: what sums over mappings may count again. */
  readonly againPages: number;
  /** Views with WRITE_EXEC_VIEW. */
  readonly writeExec: number;
}

const made = new WeakMap<MappingTable, Views>();

/** Made once for each table. O(n), and O(k log k) in its shared and executable rows. */
export function viewsOf(table: MappingTable): Views {
  let views = made.get(table);
  if (views === undefined) made.set(table, (views = findViews(table)));
  return views;
}

/** True for a row that is writable where another one of the same memory is executable, or the other way round. */
export function isWriteExecView(table: MappingTable, row: number): boolean {
  return ((table.perms[row] ?? 0) & (PERM_SHARED | PERM_EXEC)) !== 0 && ((viewsOf(table).marks[row] ?? 0) & WRITE_EXEC_VIEW) !== 0;
}

/** The other rows of the same memory as a row, ascending by address; none for what is no view. */
export function otherViews(table: MappingTable, row: number): Uint32Array {
  const { marks, rows, starts } = viewsOf(table);
  if (((marks[row] ?? 0) & VIEW) === 0) return new Uint32Array();
  const place = rows.indexOf(row);
  const next = starts.findIndex((start) => start > place);
  return rows
    .subarray(starts[next - 1], starts[next])
    .filter((other) => other !== row && areViews(table, row, other))
    .sort();
}

function areViews(table: MappingTable, a: number, b: number): boolean {
  if (!areOfOneFile(table, a, b) || offsetOf(table, a) >= endOf(table, b) || offsetOf(table, b) >= endOf(table, a)) return false;
  const [pa, pb] = [table.perms[a] ?? 0, table.perms[b] ?? 0];
  return (pa & pb & PERM_SHARED) !== 0 || (isWritten(pa) && isExecuted(pb)) || (isWritten(pb) && isExecuted(pa));
}

function isWritten(perms: number): boolean {
  return (perms & (PERM_SHARED | PERM_WRITE)) === (PERM_SHARED | PERM_WRITE);
}

function isExecuted(perms: number): boolean {
  return (perms & PERM_EXEC) !== 0;
}

/** In the file, pages. */
function offsetOf(table: MappingTable, row: number): number {
  return table.offset[row] ?? 0;
}

function endOf(table: MappingTable, row: number): number {
  return (table.offset[row] ?? 0) + (table.end[row] ?? 0) - (table.start[row] ?? 0);
}

const SLASH = 0x2f;
const BRACKET = 0x5b;
const SYSTEM_V = '/SYSV';

/**
 * True where the inode and the offset tell which memory it is. Not of drivers, and not of the kernel's objects without a name of a file (anon_inode:[io_uring]): all of those have
 * one inode, and an offset that means something else to each.
 */
function isOfInode({ inodeLow, inodeHigh, perms, kind, name, names }: MappingTable, row: number): boolean {
  const bits = perms[row] ?? 0;
  if ((bits & (PERM_SHARED | PERM_EXEC)) === 0 || ((inodeLow[row] ?? 0) | (inodeHigh[row] ?? 0)) === 0) return false;
  if (kind[row] === Kind.device || (kind[row] === Kind.anon && (bits & PERM_SHARED) === 0)) return false;
  const first = names.bytes[names.ends[name[row] ?? 0] ?? 0];
  return first === SLASH || first === BRACKET;
}

function isSystemV({ name, names }: MappingTable, row: number): boolean {
  const from = names.ends[name[row] ?? 0] ?? 0;
  for (let i = 0; i < SYSTEM_V.length; i++) if (names.bytes[from + i] !== SYSTEM_V.charCodeAt(i)) return false;
  return (names.ends[(name[row] ?? 0) + 1] ?? 0) - from >= SYSTEM_V.length;
}

/** True for rows of one inode. System V memory has its number for one, which on the same device a memfd may have, too. */
function areOfOneFile(table: MappingTable, a: number, b: number): boolean {
  const { device, inodeHigh, inodeLow, name } = table;
  if (inodeLow[a] !== inodeLow[b] || inodeHigh[a] !== inodeHigh[b] || device[a] !== device[b]) return false;
  return name[a] === name[b] || isSystemV(table, a) === isSystemV(table, b);
}

function findViews(table: MappingTable): Views {
  const marks = new Uint8Array(table.length);
  const views = new Uint32Array(table.length);
  const starts = [0];
  let length = 0;
  let againPages = 0;
  let writeExec = 0;
  for (const rows of tangledFiles(table)) {
    const sorted = byOffset(table, rows);
    markViews(table, sorted, marks);
    let reached = 0;
    for (const row of sorted) {
      const mark = marks[row] ?? 0;
      if (mark === 0) continue;
      const [offset, end] = [offsetOf(table, row), endOf(table, row)];
      if (offset < reached) againPages += Math.min(reached, end) - offset;
      else if (starts.at(-1) !== length) starts.push(length);
      reached = Math.max(reached, end);
      views[length++] = row;
      if ((mark & WRITE_EXEC_VIEW) !== 0) writeExec++;
    }
    if (starts.at(-1) !== length) starts.push(length);
  }
  return { marks, rows: views.slice(0, length), starts: Uint32Array.from(starts), againPages, writeExec };
}

/**
 * The rows of each file of which two may overlap. Most files have none: their pieces lie in the address space as they do in the file, which this finds
 * without a sort.
 */
function tangledFiles(table: MappingTable): Uint32Array[] {
  const files = new FileSet();
  /** Of each file: the last of its rows so far, how many there are, and where in it the furthest of them ends. */
  const [last, counts, reached] = [[] as number[], [] as number[], [] as number[]];
  const tangled = new Set<number>();
  /** The row before of the same file. */
  const before = new Int32Array(table.length);
  let file = -1;
  for (let row = 0; row < table.length; row++) {
    if (!isOfInode(table, row)) continue;
    if (file < 0 || !areOfOneFile(table, last[file] ?? 0, row)) file = numberOf(table, row, files);
    const furthest = reached[file] ?? 0;
    if (offsetOf(table, row) < furthest) tangled.add(file);
    reached[file] = Math.max(furthest, endOf(table, row));
    before[row] = last[file] ?? 0;
    last[file] = row;
    counts[file] = (counts[file] ?? 0) + 1;
  }
  return Array.from(tangled, (number) => {
    const rows = new Uint32Array(counts[number] ?? 0);
    for (let i = rows.length - 1, at = last[number] ?? 0; i >= 0; i--) {
      rows[i] = at;
      at = before[at] ?? 0;
    }
    return rows;
  });
}

function numberOf(table: MappingTable, row: number, files: FileSet): number {
  const { device, inodeLow, inodeHigh } = table;
  return files.add(device[row] ?? 0, inodeLow[row] ?? 0, inodeHigh[row] ?? 0, Number(isSystemV(table, row)));
}

/** A double holds an offset and a place in a list, but for files that are larger than any; and doubles are sorted many times faster than by a function. */
function byOffset(table: MappingTable, rows: Uint32Array): Uint32Array {
  const count = rows.length;
  const keys = new Float64Array(count);
  let most = 0;
  for (let i = 0; i < count; i++) {
    const offset = table.offset[rows[i] ?? 0] ?? 0;
    most = Math.max(most, offset);
    keys[i] = offset * count + i;
  }
  if (most >= Number.MAX_SAFE_INTEGER / count - 1) return rows.toSorted((a, b) => offsetOf(table, a) - offsetOf(table, b));
  keys.sort();
  const sorted = new Uint32Array(count);
  for (let i = 0; i < count; i++) sorted[i] = rows[(keys[i] ?? 0) % count] ?? 0;
  return sorted;
}

/** In `marks` meanwhile: a shared, a written, an executed one of the others overlaps this one. */
const BESIDE_SHARED = 4;
const BESIDE_WRITTEN = 8;
const BESIDE_EXECUTED = 16;

/** Of one file, ascending by offset: an earlier row overlaps this one where the furthest of their ends lies behind its offset, a later one where the next offset lies before its end. */
function markViews(table: MappingTable, rows: Uint32Array, marks: Uint8Array): void {
  let [shared, written, executed] = [0, 0, 0];
  for (const row of rows) {
    const [perms, offset, end] = [table.perms[row] ?? 0, offsetOf(table, row), endOf(table, row)];
    marks[row] = (shared > offset ? BESIDE_SHARED : 0) | (written > offset ? BESIDE_WRITTEN : 0) | (executed > offset ? BESIDE_EXECUTED : 0);
    if ((perms & PERM_SHARED) !== 0) shared = Math.max(shared, end);
    if (isWritten(perms)) written = Math.max(written, end);
    if (isExecuted(perms)) executed = Math.max(executed, end);
  }
  [shared, written, executed] = [Infinity, Infinity, Infinity];
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i] ?? 0;
    const [perms, offset, end] = [table.perms[row] ?? 0, offsetOf(table, row), endOf(table, row)];
    const beside = (marks[row] ?? 0) | (shared < end ? BESIDE_SHARED : 0) | (written < end ? BESIDE_WRITTEN : 0) | (executed < end ? BESIDE_EXECUTED : 0);
    const isBoth = (isWritten(perms) && (beside & BESIDE_EXECUTED) !== 0) || (isExecuted(perms) && (beside & BESIDE_WRITTEN) !== 0);
    const isView = isBoth || ((perms & PERM_SHARED) !== 0 && (beside & BESIDE_SHARED) !== 0);
    marks[row] = (isView ? VIEW : 0) | (isBoth ? WRITE_EXEC_VIEW : 0);
    if ((perms & PERM_SHARED) !== 0) shared = offset;
    if (isWritten(perms)) written = offset;
    if (isExecuted(perms)) executed = offset;
  }
}
