import { parseAddress } from '@procmap/shared/page.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { isFileKind } from '@procmap/shared/files/mapped-files.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import type { ObjectEvidence, PageRange } from '@procmap/shared/use/evidence.ts';

/** Validates an answer of `GET /api/processes/:pid/objects`; null: it is none. */
export function readObjects(body: unknown): ObjectEvidence | null {
  if (typeof body !== 'object' || body === null || !('bss' in body) || !('go' in body) || !Array.isArray(body.bss)) return null;
  const bss = (body.bss as unknown[]).flatMap(rangeOf);
  return typeof body.go === 'boolean' && bss.length === body.bss.length ? { bss, isGo: body.go } : null;
}

function rangeOf(value: unknown): PageRange[] {
  if (typeof value !== 'object' || value === null || !('start' in value) || !('end' in value)) return [];
  const [start, end] = [parseAddress(String(value.start)), parseAddress(String(value.end))];
  return start?.byte === 0 && end?.byte === 0 && start.page < end.page ? [{ start: start.page, end: end.page }] : [];
}

/** Changes when anonymous memory comes to lie behind another file, or another place: then the answer may be another. */
export function seamsText({ length, start, end, kind, inodeLow }: MappingTable): string {
  const seams: string[] = [];
  for (let row = 1; row < length; row++) {
    if (kind[row] !== Kind.anon || end[row - 1] !== start[row] || !isFileKind(kind[row - 1] ?? 0)) continue;
    seams.push(`${(start[row] ?? 0).toString(36)}.${(inodeLow[row - 1] ?? 0).toString(36)}`);
  }
  return seams.join(' ');
}
