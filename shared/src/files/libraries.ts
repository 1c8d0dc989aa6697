import { Kind } from '../kind.ts';
import { fileTitle } from './file-title.ts';
import { mappedFiles } from './mapped-files.ts';
import type { MappingTable } from '../region.ts';
import { shownName } from '../text/shown-name.ts';

/** A file with mapped code, including the program itself and the dynamic linker. */
interface MappedProgram {
  /** Escaped. */
  readonly name: string;
  /** The name, with the inode or device where other files share it. */
  readonly title: string;
  /** Of its lowest mapping. */
  readonly startPage: number;
  /** All its mappings together. */
  readonly pages: number;
}

/**
 * Every file with a text mapping, by descending address: the list of ldd, but as really mapped. Two files may have the
 * same name.
 */
export function mappedPrograms(table: MappingTable): MappedProgram[] {
  const { length, start, end, kind, name, names } = table;
  const files = mappedFiles(table);
  const { of } = files;
  const withText = new Set<number>();
  for (let row = 0; row < length; row++) {
    // Without a name it is code generated at run time, not a file.
    if (kind[row] === Kind.text && name[row] !== 0) withText.add(of[row] ?? 0);
  }
  const found = new Map<number, { name: number; startPage: number; pages: number }>();
  for (let row = 0; row < length; row++) {
    const key = of[row] ?? 0;
    if (!withText.has(key)) continue;
    const pages = (end[row] ?? 0) - (start[row] ?? 0);
    const known = found.get(key);
    if (known === undefined) found.set(key, { name: name[row] ?? 0, startPage: start[row] ?? 0, pages });
    else known.pages += pages;
  }
  return Array.from(found, ([key, file]) => ({ ...file, name: shownName(names, file.name), title: fileTitle(table, files, key) })).sort(
    (a, b) => b.startPage - a.startPage,
  );
}
