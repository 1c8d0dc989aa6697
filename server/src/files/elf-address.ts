import { PAGE_SIZE } from '@procmap/shared/page.ts';
import type { Elf } from './elf.ts';
import type { MappedRow } from './mapped-row.ts';
import type { ElfSegment } from './segments.ts';

const PAGE = BigInt(PAGE_SIZE);
const PT_LOAD = 1;
const PF_X = 1;
const PF_W = 2;

/** The part of a mapping that tells which segment of its file it shows. */
type Loaded = Pick<MappedRow, 'offset' | 'executable' | 'writable' | 'startPage' | 'firstPage'>;

/** The link-time address of the start of a mapping; null: no segment is loaded from that offset. */
export function elfAddress({ segments }: Elf, mapping: Loaded): bigint | null {
  const { offset, startPage, firstPage } = mapping;
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  const [first] = loads;
  /** Load bias: distance between the addresses in the file and those in memory; null: unknown. */
  const bias = first === undefined || firstPage === null ? null : BigInt(firstPage) * PAGE - pageAddress(first);
  const likeness = (segment: ElfSegment): number => {
    // A page of the file that two segments share is mapped twice. RELRO data is mapped read-only, though its segment is
    // writable.
    const fits = bias !== null && BigInt(startPage) * PAGE - addressAt(segment, offset) === bias;
    const sameCode = ((segment.flags & PF_X) !== 0) === mapping.executable;
    const mayWrite = !mapping.writable || (segment.flags & PF_W) !== 0;
    return (fits ? 8 : 0) + (sameCode ? 4 : 0) + (mayWrite ? 2 : 0) + (pageOf(segment.offset) === offset ? 1 : 0);
  };
  const [best] = loads
    .filter(({ offset: from, size }) => pageOf(from) <= offset && offset < from + size)
    .map((segment) => ({ segment, like: likeness(segment) }))
    .sort((a, b) => b.like - a.like);
  return best === undefined ? null : BigInt.asUintN(64, addressAt(best.segment, offset));
}

function addressAt(segment: ElfSegment, offset: number): bigint {
  return segment.address + BigInt(offset - segment.offset);
}

function pageAddress({ address }: ElfSegment): bigint {
  return address - (address % PAGE);
}

function pageOf(offset: number): number {
  return offset - (offset % PAGE_SIZE);
}
