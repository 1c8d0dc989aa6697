import { nameKey } from '@procmap/shared/text/names.ts';
import { permsText, typeText } from '@procmap/shared/perms.ts';
import { deviceText, inodeText, type MappingTable } from '@procmap/shared/region.ts';
import type { FileSystemOf } from '../src/reader/procfs/maps/file-systems.ts';

/** Without mount information. */
export const NOT_TOLD: FileSystemOf = () => null;

/** One line of /proc/PID/maps, parsed in the simplest way, to compare the scanner with. Texts have one char per byte. */
export interface ReferenceRow {
  readonly start: bigint;
  readonly end: bigint;
  readonly perms: string;
  readonly offset: bigint;
  readonly device: string;
  readonly inode: string;
  readonly name: string;
}

export function referenceRows(text: string): ReferenceRow[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const match =
        /^([0-9a-f]+)-([0-9a-f]+) (....) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) ([0-9]+) +([^ ].*)?$/s.exec(line) ??
        /^([0-9a-f]+)-([0-9a-f]+) (....) ([0-9a-f]+) ([0-9a-f]+:[0-9a-f]+) ([0-9]+) $/.exec(line);
      if (match === null) throw new Error(`no maps line: ${line}`);
      const [, start = '', end = '', perms = '', offset = '', device = '', inode = '', name = ''] = match;
      return { start: BigInt(`0x${start}`), end: BigInt(`0x${end}`), perms, offset: BigInt(`0x${offset}`), device, inode: BigInt(inode).toString(), name };
    });
}

const PAGE_BITS = 12n;

export function tableRows(table: MappingTable): ReferenceRow[] {
  return Array.from({ length: table.length }, (_, row) => {
    const perms = table.perms[row] ?? 0;
    return {
      start: BigInt(table.start[row] ?? -1) << PAGE_BITS,
      end: BigInt(table.end[row] ?? -1) << PAGE_BITS,
      perms: permsText(perms) + typeText(perms),
      offset: BigInt(table.offset[row] ?? -1) << PAGE_BITS,
      device: deviceText(table, row),
      inode: inodeText(table, row),
      name: nameKey(table.names, table.name[row] ?? 0),
    };
  });
}
