import type { ReadAt } from './elf.ts';

/** A program header (elf(5)) whose offset is plausible for a file. */
export interface ElfSegment {
  readonly type: number;
  /** PF_X 1, PF_W 2, PF_R 4. */
  readonly flags: number;
  readonly offset: number;
  readonly address: bigint;
  /** Bytes in the file. */
  readonly size: number;
  /** Bytes in memory: what is more than in the file is zero (bss). */
  readonly memorySize: bigint;
  readonly align: number;
}

/** More than any linker creates. */
const MAX_HEADERS = 128;

/** `head`: the ELF header, 64 bytes, or 52 for 32 bits. */
export async function readSegments(head: Buffer, bits: 32 | 64, readAt: ReadAt): Promise<readonly ElfSegment[]> {
  const wide = bits === 64;
  const tableAt = wide ? Number(head.readBigUInt64LE(32)) : head.readUInt32LE(28);
  const entrySize = head.readUInt16LE(wide ? 54 : 42);
  const count = Math.min(head.readUInt16LE(wide ? 56 : 44), MAX_HEADERS);
  // The kernel rejects programs with other header sizes (load_elf_phdrs()).
  if (entrySize !== (wide ? 56 : 32) || !Number.isSafeInteger(tableAt)) return [];
  const table = await readAt(tableAt, entrySize * count);
  const segments: ElfSegment[] = [];
  for (let at = 0; at + entrySize <= table.length; at += entrySize) {
    const segment = (wide ? wideSegment : narrowSegment)(table.subarray(at, at + entrySize));
    if (Number.isSafeInteger(segment.offset + segment.size)) segments.push(segment);
  }
  return segments;
}

function wideSegment(entry: Buffer): ElfSegment {
  return {
    type: entry.readUInt32LE(0),
    flags: entry.readUInt32LE(4),
    offset: Number(entry.readBigUInt64LE(8)),
    address: entry.readBigUInt64LE(16),
    size: Number(entry.readBigUInt64LE(32)),
    memorySize: entry.readBigUInt64LE(40),
    align: Number(entry.readBigUInt64LE(48)),
  };
}

function narrowSegment(entry: Buffer): ElfSegment {
  return {
    type: entry.readUInt32LE(0),
    flags: entry.readUInt32LE(24),
    offset: entry.readUInt32LE(4),
    address: BigInt(entry.readUInt32LE(8)),
    size: entry.readUInt32LE(16),
    memorySize: BigInt(entry.readUInt32LE(20)),
    align: entry.readUInt32LE(28),
  };
}
