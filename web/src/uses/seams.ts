import { Kind } from '@procmap/shared/kind.ts';
import { isFileKind } from '@procmap/shared/files/mapped-files.ts';
import type { MappingTable } from '@procmap/shared/region.ts';

/** Changes when anonymous memory comes to lie behind another file, or another place: then the answer may be another. */
export function seamsText({ length, start, end, kind, inodeLow }: MappingTable): string {
  const seams: string[] = [];
  for (let row = 1; row < length; row++) {
    if (kind[row] !== Kind.anon || end[row - 1] !== start[row] || !isFileKind(kind[row - 1] ?? 0)) continue;
    seams.push(`${(start[row] ?? 0).toString(36)}.${(inodeLow[row - 1] ?? 0).toString(36)}`);
  }
  return seams.join(' ');
}
