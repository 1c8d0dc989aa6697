import { PAGE_SIZE } from '@procmap/shared/page.ts';
import type { PageRange } from '@procmap/shared/use/evidence.ts';
import type { MappedRow } from './mapped-row.ts';
import type { ElfSegment } from './segments.ts';

const PAGE = BigInt(PAGE_SIZE);

/** The end of a file's mapping, with anonymous memory behind it. */
export interface Seam {
  /** The mapping of the file. */
  readonly row: Pick<MappedRow, 'startPage' | 'firstPage' | 'offset'>;
  /** Where it ends, and the anonymous memory begins. */
  readonly page: number;
  /** Where that ends. */
  readonly endPage: number;
}

/**
 * The zeroed data (bss) of an ELF file behind one of its mappings; null: what is there is something else. The kernel and
 * the dynamic linker put it into anonymous memory, from the first whole page behind the segment's data on. So this
 * mapping must end where the data do, at the place where the file was loaded.
 */
export function bssBehind({ row, page, endPage }: Seam, loads: readonly ElfSegment[]): PageRange | null {
  const [first] = loads;
  for (const load of loads) {
    const dataEnd = load.address + BigInt(load.size);
    if (load.memorySize <= BigInt(load.size) || row.offset + PAGE_SIZE <= load.offset || row.offset >= load.offset + load.size) continue;
    const bias = BigInt(row.startPage) * PAGE - (load.address + BigInt(row.offset - load.offset));
    if (pageUp(bias + dataEnd) !== page) continue;
    // A mapping of the beginning tells where the file was loaded. Else this may be a part of it mapped for another reason.
    if (first === undefined || row.firstPage === null || BigInt(row.firstPage) * PAGE !== bias + pageDown(first.address)) continue;
    const end = Math.min(endPage, pageUp(bias + load.address + load.memorySize));
    return end > page ? { start: page, end } : null;
  }
  return null;
}

function pageDown(address: bigint): bigint {
  return address - (address % PAGE);
}

function pageUp(address: bigint): number {
  return Number((address + PAGE - 1n) / PAGE);
}
