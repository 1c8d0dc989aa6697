import type { ProgramHeaders, Segment } from '../src/reader/kernel/root-files/program-headers.ts';

const NUMBERS = { x86_64: 62, i386: 3, aarch64: 183 };

/** The beginning of a /proc/kcore with these segments after its note. */
export function coreFile(machine: ProgramHeaders['machine'], segments: readonly Segment[]): Buffer {
  const is64 = machine !== 'i386';
  const [headerBytes, entryBytes] = is64 ? [64, 56] : [52, 32];
  const bytes = Buffer.alloc(Math.max(64, headerBytes + entryBytes * (segments.length + 1)));
  bytes.set([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, 1, 1]);
  bytes.writeUInt16LE(4, 16);
  bytes.writeUInt16LE(NUMBERS[machine], 18);
  if (is64) bytes.writeBigUInt64LE(BigInt(headerBytes), 32);
  else bytes.writeUInt32LE(headerBytes, 28);
  const counts = is64 ? 54 : 42;
  bytes.writeUInt16LE(entryBytes, counts);
  bytes.writeUInt16LE(segments.length + 1, counts + 2);
  // PT_NOTE
  bytes.writeUInt32LE(4, headerBytes);
  segments.forEach(({ start, end, physical }, i) => {
    const at = headerBytes + entryBytes * (i + 1);
    bytes.writeUInt32LE(1, at);
    const word = (value: bigint, wide: number, narrow: number): void => {
      if (is64) bytes.writeBigUInt64LE(BigInt.asUintN(64, value), at + wide);
      else bytes.writeUInt32LE(Number(BigInt.asUintN(32, value)), at + narrow);
    };
    word(start, 16, 8);
    word(physical ?? -1n, 24, 12);
    word(end - start, 40, 20);
  });
  return bytes;
}
