import { escapeMapsName } from './escape.ts';
import { nameBytes, type Names } from './names.ts';

/**
 * The kernel does not limit the length of a path. A longer one is shown by its beginning and end; any path that open(2)
 * accepts is at most 4,096 bytes.
 */
const MAX_BYTES = 65_536;
const TAIL_BYTES = 4096;

const shown = new WeakMap<Names, string[]>();

/** Name i, escaped. Cached per name, however many mappings and callers share it. */
export function shownName(names: Names, index: number): string {
  let texts = shown.get(names);
  if (texts === undefined) shown.set(names, (texts = []));
  return (texts[index] ??= shownBytes(nameBytes(names, index)));
}

function shownBytes(name: Uint8Array): string {
  if (name.length <= MAX_BYTES) return escapeMapsName(name);
  return `${escapeMapsName(name.subarray(0, MAX_BYTES - TAIL_BYTES))}…${escapeMapsName(name.subarray(-TAIL_BYTES))}`;
}
