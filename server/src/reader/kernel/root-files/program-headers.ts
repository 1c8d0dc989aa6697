import { PAGE_BYTES } from '@procmap/shared/page.ts';
import { ARCHS, type KcoreArch, kcoreArchOf } from '../../../common/arch.ts';
import { Malformed } from './malformed.ts';

/** A loadable segment of /proc/kcore. Its flags are always RWX there, so they are ignored. */
export interface Segment {
  readonly start: bigint;
  /** Exclusive, up to 2^64. */
  readonly end: bigint;
  /** Physical address; null: none. Only RAM and the kernel image have one. */
  readonly physical: bigint | null;
}

export interface ProgramHeaders {
  /** In the words of os.machine(). */
  readonly machine: KcoreArch;
  /** In the kernel's order: image, vmalloc, modules, then each range of RAM, followed by its vmemmap. */
  readonly segments: readonly Segment[];
}

const MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const ET_CORE = 4;
const PT_LOAD = 1;

/** Size of the headers in bytes; null: too little of the file to tell. */
export function headersEnd(bytes: Buffer): number | null {
  if (bytes.length < 64) return null;
  const is64 = bytes[4] === CLASS_64;
  const offset = is64 ? Number(bytes.readBigUInt64LE(32)) : bytes.readUInt32LE(28);
  return offset + bytes.readUInt16LE(is64 ? 54 : 42) * bytes.readUInt16LE(is64 ? 56 : 44);
}

/** Parses the beginning of /proc/kcore, which contains all headers. */
export function parseProgramHeaders(bytes: Buffer): ProgramHeaders {
  const end = headersEnd(bytes);
  if (end === null || bytes.readUInt32BE(0) !== MAGIC || bytes[5] !== LITTLE_ENDIAN || bytes.readUInt16LE(16) !== ET_CORE)
    throw new Malformed('no ELF core file');
  const machine = kcoreArchOf(bytes.readUInt16LE(18));
  const is64 = bytes[4] === CLASS_64;
  if (machine === null || (ARCHS[machine].bits === 64) !== is64) throw new Malformed('of a machine that procmap does not know');
  const entryBytes = bytes.readUInt16LE(is64 ? 54 : 42);
  if (end > bytes.length || entryBytes < (is64 ? 56 : 32)) throw new Malformed('its program headers are not whole');
  const segments: Segment[] = [];
  for (let at = is64 ? Number(bytes.readBigUInt64LE(32)) : bytes.readUInt32LE(28); at < end; at += entryBytes) {
    if (bytes.readUInt32LE(at) !== PT_LOAD) continue;
    const segment = is64
      ? segmentOf(bytes.readBigUInt64LE(at + 16), bytes.readBigUInt64LE(at + 24), bytes.readBigUInt64LE(at + 40), 64)
      : segmentOf(BigInt(bytes.readUInt32LE(at + 8)), BigInt(bytes.readUInt32LE(at + 12)), BigInt(bytes.readUInt32LE(at + 20)), 32);
    segments.push(segment);
  }
  // Kernels before 4.11 leave the physical address 0 everywhere, instead of -1 for none.
  const tellsPhysical = segments.some(({ physical }) => physical === null);
  return { machine, segments: tellsPhysical ? segments : segments.map((segment) => ({ ...segment, physical: null })) };
}

function segmentOf(start: bigint, physical: bigint, size: bigint, bits: 64 | 32): Segment {
  const top = 2n ** BigInt(bits);
  // Rounded up, since VMALLOC_END of x86 is the last byte.
  const end = ((start + size + PAGE_BYTES - 1n) / PAGE_BYTES) * PAGE_BYTES;
  if (size === 0n || start % PAGE_BYTES !== 0n || end > top) throw new Malformed('a segment of it is no range of pages');
  return { start, end, physical: physical === top - 1n ? null : physical };
}
