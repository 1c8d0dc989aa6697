import { nameBytes, nameCount, type Names } from '../text/names.ts';

const [SLASH, DOT, SPACE] = [0x2f, 0x2e, 0x20];
const SO = [DOT, 0x73, 0x6f] as const;
const Known = { no: 1, yes: 2 } as const;

const known = new WeakMap<Names, Uint8Array>();

/** True for the path of a shared library: `.so` ends a word of it. Cached per name: they never change in place. */
export function isLibraryName(names: Names, index: number): boolean {
  let ofNames = known.get(names);
  if (ofNames === undefined) known.set(names, (ofNames = new Uint8Array(nameCount(names))));
  ofNames[index] ||= endsInSo(nameBytes(names, index)) ? Known.yes : Known.no;
  return ofNames[index] === Known.yes;
}

/** Also before a version and ` (deleted)`. */
function endsInSo(name: Uint8Array): boolean {
  if (name[0] !== SLASH) return false;
  for (let at = name.indexOf(DOT); at >= 0; at = name.indexOf(DOT, at + 1)) {
    const after = name[at + SO.length];
    if (SO.every((byte, k) => name[at + k] === byte) && (after === undefined || after === DOT || after === SPACE)) return true;
  }
  return false;
}
