import { appendNames, type Names, nameBytes, nameCount, nameIndex, nameKey, NO_NAMES } from './text/names.ts';
import { buildTable, checkTable, type MappingTable, sameRow } from './region.ts';

/**
 * The difference between two tables: rows removed and rows added. A row with any change is removed and added.
 * Law: apply(a, diff(a, b)) equals b, row by row, comparing names by their bytes.
 */
export interface Delta {
  /** Rows of the old table that are not in the new one, ascending. */
  readonly removed: Uint32Array;
  /** For each added row: its index in the new table, ascending. */
  readonly at: Uint32Array;
  /** The added rows. `name` indexes the old table's names followed by `names` (not `rows.names`, which is empty). */
  readonly rows: MappingTable;
  /** Names missing from the old table. */
  readonly names: readonly Uint8Array[];
}

export function isEmptyDelta(delta: Delta): boolean {
  return delta.removed.length === 0 && delta.at.length === 0;
}

/**
 * Merges two ascending tables in O(rows). Allocates nothing per row while the names are the same; compares each name's
 * bytes once.
 */
export function diff(old: MappingTable, next: MappingTable): Delta {
  const { translation, added } = translateNames(old.names, next.names);
  const removed: number[] = [];
  const at: number[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length && j < next.length) {
    const a = old.start[i] ?? 0;
    const b = next.start[j] ?? 0;
    if (a < b) removed.push(i++);
    else if (b < a) at.push(j++);
    else {
      if (!sameRow(old, i, next, j, translation)) {
        removed.push(i);
        at.push(j);
      }
      i++;
      j++;
    }
  }
  while (i < old.length) removed.push(i++);
  while (j < next.length) at.push(j++);
  return { removed: Uint32Array.from(removed), at: Uint32Array.from(at), rows: pick(next, at, translation), names: added };
}

/**
 * The same rows with their names in the order of `names`, new names last: the result of apply(old, diff(old, table))
 * for the names of old. The other columns are not copied.
 */
export function alignNames(names: Names, table: MappingTable): MappingTable {
  const { translation, added } = translateNames(names, table.names);
  return { ...table, name: table.name.map((index) => translation[index] ?? 0), names: appendNames(names, added) };
}

/** index in `next` -> index in `old` followed by the added ones. */
function translateNames(old: Names, next: Names): { translation: Uint32Array; added: Uint8Array[] } {
  if (old === next) return { translation: Uint32Array.from({ length: nameCount(next) }, (_, i) => i), added: [] };
  const known = nameIndex(old);
  const added: Uint8Array[] = [];
  const count = nameCount(next);
  const translation = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const index = known.get(nameKey(next, i));
    if (index === undefined) added.push(nameBytes(next, i));
    translation[i] = index ?? nameCount(old) + added.length - 1;
  }
  return { translation, added };
}

function pick(table: MappingTable, rows: readonly number[], translation: Uint32Array): MappingTable {
  return buildTable(rows.length, NO_NAMES, (column, array) => {
    const from = table[column];
    const picked = new array(rows.length);
    rows.forEach((row, i) => {
      const value = from[row] ?? 0;
      picked[i] = column === 'name' ? (translation[value] ?? 0) : value;
    });
    return picked;
  });
}

/** Throws RangeError when the delta does not fit this table. */
export function apply(old: MappingTable, delta: Delta): MappingTable {
  const length = lengthAfter(old.length, delta);
  const table = buildTable(length, appendNames(old.names, delta.names), (column, array) => merge(delta, old[column], delta.rows[column], new array(length)));
  checkTable(table);
  return table;
}

/**
 * Applies deltas one after the other: each is to the table that those before it make. Only the order of rows is built for
 * each, and columns once at the end, so a long chain costs little more than a short one. Throws RangeError when one does
 * not fit.
 */
export function applyAll(old: MappingTable, deltas: readonly Delta[]): MappingTable {
  /** Rows of the last table, as numbers in: rows of `old`, then of each delta. */
  let order = Uint32Array.from({ length: old.length }, (_, row) => row);
  let known = old.length;
  for (const delta of deltas) {
    const first = known;
    known += delta.at.length;
    const came = Uint32Array.from(delta.at, (_, i) => first + i);
    order = merge(delta, order, came, new Uint32Array(lengthAfter(order.length, delta)));
  }
  const names = appendNames(
    old.names,
    deltas.flatMap((delta) => delta.names),
  );
  const table = buildTable(order.length, names, (column, array) => {
    const all = new array(known);
    all.set(old[column]);
    let at = old.length;
    for (const { rows } of deltas) {
      all.set(rows[column], at);
      at += rows.length;
    }
    return new array(order.length).map((_, i) => all[order[i] ?? 0] ?? 0);
  });
  checkTable(table);
  return table;
}

/** Rows of the new table, of indexes that fit. */
function lengthAfter(oldLength: number, { removed, at, rows }: Delta): number {
  const length = oldLength - removed.length + at.length;
  if (rows.length !== at.length) throw new RangeError('delta: rows are missing');
  checkIndexes(removed, oldLength);
  checkIndexes(at, length);
  return length;
}

/** A column of the new table: what stays of `from` is copied in blocks, one for each stretch between two changes. */
function merge<T extends Float64Array | Uint32Array | Uint8Array>(delta: Delta, from: T, came: ArrayLike<number>, result: T): T {
  const { removed, at } = delta;
  let [read, write, gone, come] = [0, 0, 0, 0];
  while (write < result.length) {
    while (gone < removed.length && removed[gone] === read) {
      read++;
      gone++;
    }
    if (come < at.length && at[come] === write) {
      result[write++] = came[come++] ?? 0;
      continue;
    }
    const readEnd = removed[gone] ?? from.length;
    const count = Math.min(readEnd - read, (at[come] ?? result.length) - write);
    if (count <= 0) throw new RangeError('delta: rows are missing');
    result.set(from.subarray(read, read + count), write);
    read += count;
    write += count;
  }
  return result;
}

function checkIndexes(indexes: Uint32Array, length: number): void {
  for (let i = 0, last = -1; i < indexes.length; i++) {
    const index = indexes[i] ?? 0;
    if (index <= last || index >= length) throw new RangeError('delta: rows out of order or out of range');
    last = index;
  }
}
