import type { Delta } from '../diff.ts';
import { isMapMeta, type MapMeta } from '../frame.ts';
import { allocateTable, checkTable, COLUMNS, type ColumnName, type MappingTable } from '../region.ts';
import { escapeAgain } from '../text/escape-text.ts';
import { joinNames, nameBytes, nameCount, type Names, NO_NAMES } from '../text/names.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/**
 * Maps and changes as payloads of frames. A row begins `gap` pages after the end of the row before it and has `pages`:
 * numbers that repeat, and so take little room.
 */
const NUMBERS = { f64: Float64Array, u32: Uint32Array, u8: Uint8Array } as const;
type NumberType = keyof typeof NUMBERS;

export function isNumberType(value: unknown): value is NumberType {
  return typeof value === 'string' && Object.hasOwn(NUMBERS, value);
}

/** A column of a file, by its name and its numbers. */
export interface FileColumn {
  readonly name: string;
  readonly numbers: NumberType;
}

const FILE_NAMES: Partial<Record<ColumnName, string>> = { start: 'gap', end: 'pages' };

function numbersOf(array: (typeof COLUMNS)[number][1]): NumberType {
  return array === Float64Array ? 'f64' : array === Uint32Array ? 'u32' : 'u8';
}

/** The columns that this version writes, in order. */
export const FILE_COLUMNS: readonly FileColumn[] = COLUMNS.map(([column, array]) => ({ name: FILE_NAMES[column] ?? column, numbers: numbersOf(array) }));

/** One map, or one change of a map. `removed` and `at`: as in a Delta; null: it is a whole map. */
interface MapPayload {
  readonly meta: MapMeta;
  readonly table: MappingTable;
  readonly removed: Uint32Array | null;
  readonly at: Uint32Array | null;
}

export function encodeWhole(meta: MapMeta, table: MappingTable): Uint8Array {
  return encode({ meta, table, removed: null, at: null }, table.names);
}

/** Changes follow one another in a payload. */
export function encodeChange(meta: MapMeta, delta: Delta): Uint8Array {
  return encode({ meta, table: delta.rows, removed: delta.removed, at: delta.at }, joinNames(delta.names));
}

function encode({ meta, table, removed, at }: MapPayload, names: Names): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(meta));
  const writer = new ByteWriter(json.length + table.length * 60 + names.bytes.length + 1024);
  for (const count of [json.length, table.length, nameCount(names), removed?.length ?? 0]) writer.u32(count);
  writer.bytes(json);
  if (removed !== null) writer.array(removed);
  if (at !== null) writer.array(at);
  for (const [column] of COLUMNS) writer.array(column === 'start' ? gapsOf(table) : column === 'end' ? pagesOf(table) : table[column]);
  writer.array(names.ends);
  writer.bytes(names.bytes);
  return writer.done();
}

function gapsOf({ start, end }: MappingTable): Float64Array {
  return start.map((page, row) => page - (end[row - 1] ?? 0));
}

function pagesOf({ start, end }: MappingTable): Float64Array {
  return end.map((page, row) => page - (start[row] ?? 0));
}

/** Reads the maps of one file: its columns, and its words for kinds as indexes of ours. */
export class MapDecoder {
  readonly #columns: readonly FileColumn[];
  /** Index in KINDS of each kind of the file. */
  readonly #kinds: Uint8Array;

  constructor(columns: readonly FileColumn[], kinds: Uint8Array) {
    this.#columns = columns;
    this.#kinds = kinds;
  }

  /** Throws RangeError if it is not a whole map. */
  whole(payload: Uint8Array): { meta: MapMeta; table: MappingTable } {
    const reader = new ByteReader(payload);
    const { meta, table, names } = this.#decode(reader, true);
    if (reader.left > 0) throw new RangeError('it is longer than it says');
    const whole = { ...table, names };
    checkTable(whole);
    return { meta, table: whole };
  }

  /** All changes of a payload. Throws RangeError if one is not whole. */
  changes(payload: Uint8Array): { meta: MapMeta; delta: Delta }[] {
    const reader = new ByteReader(payload);
    const changes = [];
    while (reader.left > 0) {
      const { meta, table, names, removed, at } = this.#decode(reader, false);
      const delta = { removed, at, rows: table, names: Array.from({ length: nameCount(names) }, (_, i) => nameBytes(names, i)) };
      changes.push({ meta, delta });
    }
    return changes;
  }

  #decode(reader: ByteReader, isWhole: boolean): { meta: MapMeta; table: MappingTable; names: Names; removed: Uint32Array; at: Uint32Array } {
    const [jsonBytes, rows, names, removedRows] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
    const meta = metaOf(reader.bytes(jsonBytes));
    const removed = reader.array(Uint32Array, removedRows);
    const at = reader.array(Uint32Array, isWhole ? 0 : rows);
    const table = this.#rows(reader, rows);
    if ((table.end.at(-1) ?? 0) > meta.layout.end) throw new RangeError('a mapping lies beyond the end of the space');
    const ends = reader.array(Uint32Array, names + 1);
    if (ends.some((end, i) => i > 0 && end < (ends[i - 1] ?? 0))) throw new RangeError('its names are out of order');
    return { meta, table, names: { ends, bytes: reader.bytes(ends.at(-1) ?? 0) }, removed, at };
  }

  #rows(reader: ByteReader, rows: number): MappingTable {
    // Before anything is allocated: a hostile number of rows.
    const rowBytes = this.#columns.reduce((sum, { numbers }) => sum + NUMBERS[numbers].BYTES_PER_ELEMENT, 0);
    if (rows * rowBytes > reader.left) throw new RangeError('it is cut short');
    const table = allocateTable(rows, NO_NAMES);
    for (const { name, numbers } of this.#columns) {
      const column = COLUMNS.find(([each], i) => (FILE_COLUMNS[i]?.name ?? each) === name)?.[0];
      const values = reader.array(NUMBERS[numbers], rows);
      if (column !== undefined) table[column].set(values);
    }
    for (let row = 0, last = 0; row < rows; row++) {
      const start = last + (table.start[row] ?? 0);
      last = start + (table.end[row] ?? 0);
      table.start[row] = start;
      table.end[row] = last;
      table.kind[row] = this.#kinds[table.kind[row] ?? 0] ?? 0;
    }
    return table;
  }
}

function metaOf(bytes: Uint8Array): MapMeta {
  let meta: unknown;
  try {
    meta = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new RangeError('its description is not JSON');
  }
  if (!isMapMeta(meta)) throw new RangeError('its description is not of a map');
  // Whoever wrote the file may have chosen it.
  return { ...meta, process: { ...meta.process, comm: escapeAgain(meta.process.comm) } };
}
