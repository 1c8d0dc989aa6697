import { type MappedFiles, ToldBy } from './mapped-files.ts';
import { deviceText, inodeText, type MappingTable } from '../region.ts';
import { shownName } from '../shown-name.ts';

/** What a file is called; where its name tells of another one, too, with its inode, and where that is the same, with its device. Visibly escaped. */
export function fileTitle(table: MappingTable, files: MappedFiles, file: number): string {
  const row = files.row[file] ?? 0;
  const name = shownName(table.names, table.name[row] ?? 0);
  const toldBy = files.toldBy[file];
  if (toldBy === ToldBy.name) return name;
  return `${name} (inode ${inodeText(table, row)}${toldBy === ToldBy.inode ? '' : `, device ${deviceText(table, row)}`})`;
}

/** The term of the search that finds its mappings and no others. */
export function fileTerm(table: MappingTable, files: MappedFiles, file: number): string {
  const row = files.row[file] ?? 0;
  if (files.toldBy[file] !== ToldBy.name) return `dev:${deviceText(table, row)} inode:${inodeText(table, row)}`;
  return nameTerm(shownName(table.names, table.name[row] ?? 0));
}

/** The term that finds what has just that name. */
export function nameTerm(name: string): string {
  return `name="${name.replace(/[\\"]/g, '\\$&')}"`;
}
