import { PAGE_SIZE } from '@procmap/shared/page.ts';
import type { Elf } from './elf.ts';
import type { MappedRow } from './mapped-row.ts';
import type { ElfSegment } from './segments.ts';

const PAGE = BigInt(PAGE_SIZE);
const PT_LOAD = 1;
const PF_X = 1;
const PF_W = 2;

/** A mapping, as far as it tells which segment of its file it is. */
export type Loaded = Pick<MappedRow, 'offset' | 'executable' | 'writable' | 'startPage' | 'firstPage'>;

/** By the addresses of the file itself: where what is mapped there is linked to. null: no segment is loaded from there. */
export function elfAddress({ segments }: Elf, mapping: Loaded): bigint | null {
  const { offset, startPage, firstPage } = mapping;
  const loads = segments.filter(({ type }) => type === PT_LOAD);
  const [first] = loads;
  /** How far from its own addresses the whole file lies; null: nobody knows. */
  const bias = first === undefined || firstPage === null ? null : BigInt(firstPage) * PAGE - pageAddress(first);
  const likeness = (segment: ElfSegment): number => {
    // A page of the file that two segments share is mapped twice. What becomes read-only after relocation was writable.
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
