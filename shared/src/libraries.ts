import { Kind } from './kind.ts';
import type { MappingTable } from './region.ts';
import { shownName } from './shown-name.ts';

/** A file whose code is mapped, program and dynamic linker among them. */
export interface MappedProgram {
  /** Visibly escaped. */
  readonly name: string;
  /** Of its lowest mapping. */
  readonly startPage: number;
  /** Of all its mappings together. */
  readonly pages: number;
}

/** Every file of which something is mapped as text, by descending address: what ldd would guess, as it is mapped. */
export function mappedPrograms({ length, start, end, kind, name, names }: MappingTable): MappedProgram[] {
  const withText = new Set<number>();
  for (let row = 0; row < length; row++) if (kind[row] === Kind.text) withText.add(name[row] ?? 0);
  // No file, but code that was made at run time.
  withText.delete(0);
  const found = new Map<number, { startPage: number; pages: number }>();
  for (let row = 0; row < length; row++) {
    const key = name[row] ?? 0;
    if (!withText.has(key)) continue;
    const pages = (end[row] ?? 0) - (start[row] ?? 0);
    const known = found.get(key);
    if (known === undefined) found.set(key, { startPage: start[row] ?? 0, pages });
    else known.pages += pages;
  }
  return Array.from(found, ([key, place]) => ({ name: shownName(names, key), ...place })).sort((a, b) => b.startPage - a.startPage);
}
