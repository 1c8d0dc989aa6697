import { type MappedFiles, ToldBy } from './mapped-files.ts';
import { deviceText, inodeText, type MappingTable } from '../region.ts';
import { shownName } from '../text/shown-name.ts';

/**
 * Title of a file: its name; with its inode if another file has the same name; with its device if the inode is the same
 * too. Escaped.
 */
export function fileTitle(table: MappingTable, files: MappedFiles, file: number): string {
  const row = files.row[file] ?? 0;
  const name = shownName(table.names, table.name[row] ?? 0);
  const toldBy = files.toldBy[file];
  if (toldBy === ToldBy.name) return name;
  return `${name} (inode ${inodeText(table, row)}${toldBy === ToldBy.inode ? '' : `, device ${deviceText(table, row)}`})`;
}

/** The search term that finds exactly its mappings. */
export function fileTerm(table: MappingTable, files: MappedFiles, file: number): string {
  const row = files.row[file] ?? 0;
  if (files.toldBy[file] !== ToldBy.name) return `dev:${deviceText(table, row)} inode:${inodeText(table, row)}`;
  return nameTerm(shownName(table.names, table.name[row] ?? 0));
}

/** The search term that finds exactly this name. */
export function nameTerm(name: string): string {
  return `name="${name.replace(/[\\"]/g, '\\$&')}"`;
}
