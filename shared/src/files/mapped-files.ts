import { FileSet } from '../file-set.ts';
import { Kind } from '../kind.ts';
import { nameCount } from '../text/names.ts';
import { hasInode, type MappingTable } from '../region.ts';

/**
 * Numbers the objects behind the mappings of a table: files, kernel objects, and names of memory without a file. 0 may
 * be any of them.
 */
export interface MappedFiles {
  readonly length: number;
  /** The number for each row. */
  readonly of: Uint32Array;
  /** The lowest row of each number. */
  readonly row: Uint32Array;
  /**
   * What identifies it among all others: its name, its name and inode, or also the device. A file with two names is
   * identified by neither.
   */
  readonly toldBy: Uint8Array;
}

export const ToldBy = { device: 0, inode: 1, name: 2 } as const;

const made = new WeakMap<MappingTable, MappedFiles>();

/** Cached per table. O(rows). */
export function mappedFiles(table: MappingTable): MappedFiles {
  let files = made.get(table);
  if (files === undefined) made.set(table, (files = find(table)));
  return files;
}

/** True for a part of a file: text, rodata, data or just a file. */
export function isFileKind(kind: number): boolean {
  return kind === Kind.file || kind === Kind.text || kind === Kind.rodata || kind === Kind.data;
}

function find(table: MappingTable): MappedFiles {
  const { length, device, inodeLow, inodeHigh, name, kind, names } = table;
  const set = new FileSet();
  const of = new Uint32Array(length);
  const rows: number[] = [];
  const toldBy: number[] = [];
  /** File number plus 1 with that name. */
  const having = new Uint32Array(nameCount(names));
  for (let i = 0; i < length; i++) {
    const index = name[i] ?? 0;
    // Most rows have the same file as the row before.
    if (i > 0 && name[i - 1] === index && inodeLow[i - 1] === inodeLow[i] && inodeHigh[i - 1] === inodeHigh[i] && device[i - 1] === device[i]) {
      const isAlike = isFileKind(kind[i] ?? 0) === isFileKind(kind[i - 1] ?? 0);
      if (isAlike) {
        of[i] = of[i - 1] ?? 0;
        continue;
      }
    }
    const isNumbered = hasInode(table, i);
    // Kernel objects share inodes: all of anon_inode have the same one, and System V memory uses its id as one.
    const byInode = isNumbered && isFileKind(kind[i] ?? 0);
    const file = set.add(device[i] ?? 0, inodeLow[i] ?? 0, inodeHigh[i] ?? 0, byInode ? 0 : index + 1);
    of[i] = file;
    if (file === rows.length) {
      rows.push(i);
      toldBy.push(ToldBy.name);
    }
    const other = having[index] ?? 0;
    if (other === 0) having[index] = file + 1;
    else if (other !== file + 1) toldBy[file] = toldBy[other - 1] = ToldBy.inode;
    if (name[rows[file] ?? 0] !== index) toldBy[file] = ToldBy.inode;
  }
  markSameInodes(table, rows, toldBy);
  return { length: rows.length, of, row: Uint32Array.from(rows), toldBy: Uint8Array.from(toldBy) };
}

/** On two file systems with few files, files of the same name often have the same inode as well. */
function markSameInodes({ inodeLow, inodeHigh, name }: MappingTable, rows: readonly number[], toldBy: number[]): void {
  const set = new FileSet();
  const first: number[] = [];
  rows.forEach((row, file) => {
    if (toldBy[file] === ToldBy.name) return;
    const number = set.add(0, inodeLow[row] ?? 0, inodeHigh[row] ?? 0, name[row] ?? 0);
    if (number === first.length) first.push(file);
    else toldBy[file] = toldBy[first[number] ?? 0] = ToldBy.device;
  });
}
