import type { Delta } from './diff.ts';
import { isMapMeta, type MapMeta, PROTOCOL_VERSION } from './frame.ts';
import { joinNames, type Names, nameBytes, nameCount, NO_NAMES } from './text/names.ts';
import { buildTable, checkTable, COLUMNS, type MappingTable, ROW_BYTES } from './region.ts';

/**
 * Frames: maps on the wire as columns, little endian, each column aligned to its width.
 *
 *   0  u32 magic "PMF" + version     16  u32 base sequence (delta; else 0)   32 ... meta, JSON, padded to 8
 *   4  u32 type 1 snapshot, 2 delta  20  u32 rows (snapshot: all; delta: added)   ... columns, widest first
 *   8  u32 bytes of meta             24  u32 rows removed (delta)               ... delta: u32 removed[], u32 at[]
 *  12  u32 sequence                  28  u32 names                              ... u32 ends[names + 1], name bytes
 */
const MAGIC = 0x46_4d_50 | (PROTOCOL_VERSION << 24);
const HEADER_BYTES = 32;
const SEQUENCE_AT = 12;
const SNAPSHOT = 1;
const DELTA = 2;

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

export type Frame =
  | { readonly type: 'snapshot'; readonly sequence: number; readonly meta: MapMeta; readonly table: MappingTable }
  | { readonly type: 'delta'; readonly sequence: number; readonly base: number; readonly meta: MapMeta; readonly delta: Delta };

/** The whole table. */
export function encodeSnapshot(sequence: number, meta: MapMeta, table: MappingTable): Uint8Array<ArrayBuffer> {
  return encode([SNAPSHOT, sequence, 0, table.length, 0, nameCount(table.names)], meta, table, [], table.names);
}

/** The changes since the frame `base`. */
export function encodeDelta(sequence: number, base: number, meta: MapMeta, delta: Delta): Uint8Array<ArrayBuffer> {
  return encode(
    [DELTA, sequence, base, delta.at.length, delta.removed.length, delta.names.length],
    meta,
    delta.rows,
    [delta.removed, delta.at],
    joinNames(delta.names),
  );
}

/** Sets the place of a finished frame in its stream: the reader does not know it, the sender does. */
export function setSequence(frame: Uint8Array, sequence: number): void {
  new DataView(frame.buffer, frame.byteOffset, frame.byteLength).setUint32(SEQUENCE_AT, sequence, true);
}

/** Approximate bytes of a snapshot of this table, to choose between it and a delta. */
export function snapshotBytes(table: MappingTable): number {
  return HEADER_BYTES + table.length * ROW_BYTES + table.names.bytes.length + table.names.ends.byteLength;
}

type HeaderWords = readonly [type: number, sequence: number, base: number, rows: number, removed: number, names: number];

function encode(words: HeaderWords, meta: MapMeta, table: MappingTable, indexes: readonly Uint32Array[], names: Names): Uint8Array<ArrayBuffer> {
  if (!LITTLE_ENDIAN) throw new Error('procmap runs on little-endian machines only');
  const metaBytes = new TextEncoder().encode(JSON.stringify(meta));
  const parts: (Float64Array | Uint32Array | Uint8Array)[] = [...COLUMNS.map(([column]) => table[column]), ...indexes, names.ends, names.bytes];
  let size = align(HEADER_BYTES + metaBytes.length, 8);
  for (const part of parts) size = align(size, part.BYTES_PER_ELEMENT) + part.byteLength;
  const frame = new Uint8Array(size);
  const [type, sequence, base, rows, removed, nameTotal] = words;
  new Uint32Array(frame.buffer, 0, HEADER_BYTES / 4).set([MAGIC, type, metaBytes.length, sequence, base, rows, removed, nameTotal]);
  frame.set(metaBytes, HEADER_BYTES);
  let at = align(HEADER_BYTES + metaBytes.length, 8);
  for (const part of parts) {
    at = align(at, part.BYTES_PER_ELEMENT);
    frame.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return frame;
}

function align(offset: number, width: number): number {
  return Math.ceil(offset / width) * width;
}

/**
 * Decodes a frame. Its arrays are views into `bytes`, which must stay unchanged (bytes that are not aligned to 8 are
 * copied once). Throws RangeError on anything but a whole, well-formed frame of this version.
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  // Not slice(): a slice of a Buffer shares its memory.
  const frame = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  if (frame.length < HEADER_BYTES) throw new RangeError('frame: too short');
  const word = new Uint32Array(frame.buffer, frame.byteOffset, HEADER_BYTES / 4);
  const [magic = 0, type = 0, metaLength = 0, sequence = 0, base = 0, rows = 0, removed = 0, names = 0] = word;
  if (magic !== MAGIC) throw new RangeError('frame: not a frame of this version; reload the page');
  if ((type !== SNAPSHOT && type !== DELTA) || (type === SNAPSHOT && removed !== 0)) throw new RangeError('frame: unknown type');
  const cursor = new Cursor(frame, HEADER_BYTES);
  const meta = readMeta(cursor.take(Uint8Array, metaLength));
  cursor.align(8);
  const columns = buildTable(rows, NO_NAMES, (_, array) => cursor.take(array, rows));
  if ((columns.end.at(-1) ?? 0) > meta.layout.end) throw new RangeError('frame: mapping beyond the end of the space');
  if (type === SNAPSHOT) {
    const table = { ...columns, names: readNames(cursor, names) };
    cursor.finish();
    checkTable(table);
    return { type: 'snapshot', sequence, meta, table };
  }
  const removedRows = cursor.take(Uint32Array, removed);
  const at = cursor.take(Uint32Array, rows);
  const added = readNames(cursor, names);
  cursor.finish();
  const delta: Delta = { removed: removedRows, at, rows: columns, names: Array.from({ length: names }, (_, i) => nameBytes(added, i)) };
  return { type: 'delta', sequence, base, meta, delta };
}

function readMeta(bytes: Uint8Array): MapMeta {
  let meta: unknown;
  try {
    meta = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new RangeError('frame: meta is not JSON');
  }
  if (!isMapMeta(meta)) throw new RangeError('frame: meta is not of this version');
  return meta;
}

function readNames(cursor: Cursor, count: number): Names {
  const ends = cursor.take(Uint32Array, count + 1);
  for (let i = 0; i < count; i++) if ((ends[i] ?? 0) > (ends[i + 1] ?? 0)) throw new RangeError('frame: names out of order');
  return { ends, bytes: cursor.take(Uint8Array, ends[count] ?? 0) };
}

type Column = Float64ArrayConstructor | Uint32ArrayConstructor | Uint8ArrayConstructor;

/** Takes consecutive views off a frame; throws when they do not fit. */
class Cursor {
  readonly #frame: Uint8Array;
  #at: number;

  constructor(frame: Uint8Array, at: number) {
    this.#frame = frame;
    this.#at = at;
  }

  align(width: number): void {
    this.#at = align(this.#at, width);
  }

  take<C extends Column>(array: C, length: number): InstanceType<C> {
    this.align(array.BYTES_PER_ELEMENT);
    const size = length * array.BYTES_PER_ELEMENT;
    if (this.#at + size > this.#frame.length) throw new RangeError('frame: cut short');
    const view = new array(this.#frame.buffer as ArrayBuffer, this.#frame.byteOffset + this.#at, length) as InstanceType<C>;
    this.#at += size;
    return view;
  }

  finish(): void {
    if (this.#at !== this.#frame.length) throw new RangeError('frame: longer than declared');
  }
}
