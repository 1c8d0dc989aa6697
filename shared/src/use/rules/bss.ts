import type { Claim } from '../uses.ts';
import type { UseMap } from '../use-map.ts';

/** Zeroed data behind the mappings of ELF files, as their program headers tell. What follows it in the mapping is not told. */
export function bss(map: UseMap): void {
  for (const { start, end } of map.evidence.objects?.bss ?? []) {
    const row = map.rowAt(start);
    if (row < 1 || !map.isAnonymous(row) || map.start(row) !== start || !map.isJoined(row - 1) || !map.isFile(row - 1)) continue;
    const file = map.baseName(row - 1);
    const claim: Claim = { use: 'bss', certainty: 'told', of: file, evidence: `the program headers of ${file} tell that its zeroed data lies here` };
    const stop = Math.min(end, map.end(row));
    const rest = stop < map.end(row) ? [{ start: stop, end: map.end(row), claim: null }] : [];
    map.divide(row, [{ start, end: stop, claim }, ...rest]);
  }
}
