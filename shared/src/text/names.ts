/**
 * The distinct names of a mapping table, as raw bytes from the kernel, possibly hostile. Rows hold an index; index 0 is
 * always the empty name.
 */
export interface Names {
  /** All names, one after the other. */
  readonly bytes: Uint8Array;
  /** count + 1 positions in `bytes`: name i is [ends[i], ends[i + 1]). */
  readonly ends: Uint32Array;
}

export const NO_NAMES: Names = { bytes: new Uint8Array(0), ends: new Uint32Array(2) };

export function nameCount(names: Names): number {
  return names.ends.length - 1;
}

/** The raw bytes of name i, as a view. */
export function nameBytes(names: Names, index: number): Uint8Array {
  return names.bytes.subarray(names.ends[index], names.ends[index + 1]);
}

/** Longer names are built in pieces: a string of single chars is a tree of as many objects. */
const PIECE_BYTES = 512;

/** One char per byte: exact, so it can serve as a key; not fit for display. */
export function nameKey(names: Names, index: number): string {
  let key = '';
  const end = names.ends[index + 1] ?? 0;
  let i = names.ends[index] ?? 0;
  for (; i + PIECE_BYTES <= end; i += PIECE_BYTES) key += String.fromCharCode(...names.bytes.subarray(i, i + PIECE_BYTES));
  for (; i < end; i++) key += String.fromCharCode(names.bytes[i] ?? 0);
  return key;
}

/** Whether name i is this ASCII text. */
export function nameIs(names: Names, index: number, text: string): boolean {
  return (names.ends[index + 1] ?? 0) - (names.ends[index] ?? 0) === text.length && nameKey(names, index) === text;
}

const indexes = new WeakMap<Names, Map<string, number>>();

/** Key -> index of every name. Cached per Names value: these never change in place. */
export function nameIndex(names: Names): ReadonlyMap<string, number> {
  let index = indexes.get(names);
  if (index === undefined) {
    index = new Map();
    for (let i = nameCount(names) - 1; i >= 0; i--) index.set(nameKey(names, i), i);
    indexes.set(names, index);
  }
  return index;
}

/** `names` followed by `more` (not checked for duplicates). */
export function appendNames(names: Names, more: readonly Uint8Array[]): Names {
  if (more.length === 0) return names;
  const count = nameCount(names);
  const ends = new Uint32Array(count + 1 + more.length);
  ends.set(names.ends);
  let end = names.ends[count] ?? 0;
  more.forEach((name, i) => {
    end += name.length;
    ends[count + 1 + i] = end;
  });
  const bytes = new Uint8Array(end);
  bytes.set(names.bytes);
  more.forEach((name, i) => bytes.set(name, ends[count + i]));
  return { bytes, ends };
}

/** Unused names are kept up to this number, plus as many as are in use. */
const MAX_UNUSED_NAMES = 256;

/** Whether so many names of earlier maps are unused that those of the next map had better not continue them. */
export function startsNamesAnew(before: Names, next: Names): boolean {
  return nameCount(before) > 2 * nameCount(next) + MAX_UNUSED_NAMES;
}

/** Exactly these names, the first of which is not added. */
export function joinNames(list: readonly Uint8Array[]): Names {
  const ends = new Uint32Array(list.length + 1);
  list.forEach((name, i) => (ends[i + 1] = (ends[i] ?? 0) + name.length));
  const bytes = new Uint8Array(ends[list.length] ?? 0);
  list.forEach((name, i) => bytes.set(name, ends[i]));
  return { bytes, ends };
}
