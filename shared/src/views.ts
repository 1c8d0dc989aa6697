import { FileSet } from './file-set.ts';
import { Kind } from './kind.ts';
import { PERM_EXEC, PERM_SHARED, PERM_WRITE } from './perms.ts';
import { hasInode, type MappingTable } from './region.ts';

/** Marks of a row. VIEW: another row maps the same memory, too. */
export const VIEW = 1;
/** Memory written through one view is executed through another. */
export const WRITE_EXEC_VIEW = 2;

/**
 * Memory that a process maps more than once, at several addresses. Two rows are views of the same memory if they
 * overlap in one inode and both are shared, or one is shared and writable and the other executable: a private mapping
 * also sees writes to its file until its own page is copied. Other private mappings never count as views: the data of a
 * library are copies of pages that its text may map, too.
 */
interface Views {
  /** VIEW and WRITE_EXEC_VIEW of each row. */
  readonly marks: Uint8Array;
  /**
   * All views, grouped by memory: those of memory m, ascending by offset, are rows[starts[m]] to rows[starts[m + 1]]
   * (exclusive). The views of one memory form a chain of overlaps.
   */
  readonly rows: Uint32Array;
  readonly starts: Uint32Array;
  /** Pages that all views map beyond the memories behind them: sums over mappings may count these twice. */
  readonly againPages: number;
  /** Views with WRITE_EXEC_VIEW. */
  readonly writeExec: number;
}

const made = new WeakMap<MappingTable, Views>();

/** Cached per table. O(n), and O(k log k) in its shared and executable rows. */
export function viewsOf(table: MappingTable): Views {
  let views = made.get(table);
  if (views === undefined) made.set(table, (views = findViews(table)));
  return views;
}

/** True for a row that is writable while another row of the same memory is executable, or the other way round. */
export function isWriteExecView(table: MappingTable, row: number): boolean {
  return ((table.perms[row] ?? 0) & (PERM_SHARED | PERM_EXEC)) !== 0 && ((viewsOf(table).marks[row] ?? 0) & WRITE_EXEC_VIEW) !== 0;
}

/** The other rows of the same memory, ascending by address; none if the row is not a view. */
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

/** Offset in the file, in pages. */
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
 * True where inode and offset identify the memory. False for drivers and for kernel objects without a file name
 * (anon_inode:[io_uring]): all of these share one inode, and the offset means something different to each.
 */
function isOfInode(table: MappingTable, row: number): boolean {
  const { perms, kind, name, names } = table;
  const bits = perms[row] ?? 0;
  if ((bits & (PERM_SHARED | PERM_EXEC)) === 0 || !hasInode(table, row)) return false;
  if (kind[row] === Kind.device || (kind[row] === Kind.anon && (bits & PERM_SHARED) === 0)) return false;
  const first = names.bytes[names.ends[name[row] ?? 0] ?? 0];
  return first === SLASH || first === BRACKET;
}

function isSystemV({ name, names }: MappingTable, row: number): boolean {
  const from = names.ends[name[row] ?? 0] ?? 0;
  for (let i = 0; i < SYSTEM_V.length; i++) if (names.bytes[from + i] !== SYSTEM_V.charCodeAt(i)) return false;
  return (names.ends[(name[row] ?? 0) + 1] ?? 0) - from >= SYSTEM_V.length;
}

/**
 * True for rows of one inode. System V memory uses its id as the inode, which a memfd on the same device may have, too.
 */
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
 * The rows of each file whose mappings may overlap. Most files have none: their parts are in the same order in memory
 * as in the file, which one pass without sorting shows.
 */
function tangledFiles(table: MappingTable): Uint32Array[] {
  const files = new FileSet();
  /** For each file: its last row so far, its number of rows, and the furthest end in the file. */
  const [last, counts, reached] = [[] as number[], [] as number[], [] as number[]];
  const tangled = new Set<number>();
  /** The previous row of the same file. */
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

/**
 * A double holds an offset and an index, except for absurdly large files, and doubles sort many times faster than with
 * a comparison function.
 */
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

/** Temporary bits in `marks`: a shared, a written or an executed row of the others overlaps this one. */
const BESIDE_SHARED = 4;
const BESIDE_WRITTEN = 8;
const BESIDE_EXECUTED = 16;

/**
 * Marks the rows of one file, ascending by offset. An earlier row overlaps this one if the furthest earlier end exceeds
 * its offset; a later one if the next offset is below its end.
 */
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
