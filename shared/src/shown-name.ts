import { escapeMapsName } from './escape.ts';
import { nameBytes, type Names } from './names.ts';

const shown = new WeakMap<Names, string[]>();

/** Name i, visibly escaped: once for each, however many mappings bear it and whoever asks. */
export function shownName(names: Names, index: number): string {
  let texts = shown.get(names);
  if (texts === undefined) shown.set(names, (texts = []));
  return (texts[index] ??= escapeMapsName(nameBytes(names, index)));
}
