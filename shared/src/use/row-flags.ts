import { permsOfFlags, mergeKey } from '../figures/vm-flags.ts';
import type { MappingFigures } from '../figures/mapping-figures.ts';
import type { MappingTable } from '../region.ts';
import { flagBits, FLAGS_UNKNOWN } from './flag-bits.ts';

/**
 * The flags of each row of a map, from figures that may be of an earlier moment. They count while permissions are the
 * same, for a mapping that is unchanged or has grown: its flags never change by themselves. One that has shrunk was
 * maybe replaced, unless the border to a neighbour has moved, as it does between an arena and its reserve. O(rows).
 */
export function rowFlags({ length, start, end, perms }: MappingTable, figures: MappingFigures): Uint32Array {
  const sets = figures.flagSets.map((line) => ({ bits: flagBits(line), perms: permsOfFlags(line), key: mergeKey(line) }));
  const flags = new Uint32Array(length).fill(FLAGS_UNKNOWN);
  let at = 0;
  for (let row = 0; row < length; row++) {
    while (at < figures.length && (figures.start[at] ?? 0) < (start[row] ?? 0)) at++;
    let first: (typeof sets)[number] | null = null;
    let isSure = true;
    for (; at < figures.length && (figures.end[at] ?? 0) <= (end[row] ?? 0); at++) {
      const set = sets[figures.flagSet[at] ?? 0];
      first ??= set ?? null;
      isSure &&= set?.perms === perms[row] && set?.key === first?.key;
    }
    if (first !== null && isSure) flags[row] = first.bits;
  }
  for (let row = 0, k = 0; row < length; row++) {
    if (flags[row] !== FLAGS_UNKNOWN) continue;
    while (k < figures.length && (figures.end[k] ?? 0) < (end[row] ?? 0)) k++;
    const [from, to, set] = [figures.start[k] ?? 0, figures.end[k] ?? 0, sets[figures.flagSet[k] ?? 0]];
    const gaveWay = to === end[row] && end[row - 1] === start[row] && from < (start[row] ?? 0) && from > (start[row - 1] ?? 0);
    const tookOver = from === start[row] && start[row + 1] === end[row] && to > (end[row] ?? 0) && to < (end[row + 1] ?? 0);
    if ((gaveWay || tookOver) && set?.perms === perms[row]) flags[row] = set?.bits ?? FLAGS_UNKNOWN;
  }
  return flags;
}
