import { escapeMapsName } from './text/escape.ts';
import { nameBytes, type Names } from './names.ts';

/** A path has no bound in the kernel. One of more bytes is shown by how it begins and how it ends; none that open(2) takes as a whole is of more than 4,096. */
const MAX_BYTES = 65_536;
const TAIL_BYTES = 4096;

const shown = new WeakMap<Names, string[]>();

/** Name i, visibly escaped: once for each, however many mappings bear it and whoever asks. */
export function shownName(names: Names, index: number): string {
  let texts = shown.get(names);
  if (texts === undefined) shown.set(names, (texts = []));
  return (texts[index] ??= shownBytes(nameBytes(names, index)));
}

function shownBytes(name: Uint8Array): string {
  if (name.length <= MAX_BYTES) return escapeMapsName(name);
  return `${escapeMapsName(name.subarray(0, MAX_BYTES - TAIL_BYTES))}…${escapeMapsName(name.subarray(-TAIL_BYTES))}`;
}
