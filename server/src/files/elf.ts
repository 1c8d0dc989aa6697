import { ARCHS } from '../common/arch.ts';
import { readSegments, type ElfSegment } from './segments.ts';

/** Contents of an ELF header (elf(5)). The file is under the process's control, so every value is checked. */
export interface Elf {
  readonly bits: 32 | 64;
  readonly machine: string;
  readonly positionIndependent: boolean;
  /** Place of the dynamic linker's name in the file; null for a static program. */
  readonly interpreter: { readonly offset: number; readonly size: number } | null;
  readonly segments: readonly ElfSegment[];
}

/** Reads `length` bytes of the file at `position`; fewer at its end. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

const MAGIC = 0x464c457f;
const ET_EXEC = 2;
const ET_DYN = 3;
const PT_INTERP = 3;
const MAX_INTERPRETER = 4096;

/** e_machine (include/uapi/linux/elf-em.h). */
const MACHINES: Readonly<Record<number, string>> = {
  [ARCHS.i386.elfMachine]: 'i386',
  [ARCHS.x86_64.elfMachine]: 'x86-64',
  [ARCHS.aarch64.elfMachine]: 'AArch64',
  [ARCHS.arm.elfMachine]: 'ARM',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC64',
  22: 'S/390',
  243: 'RISC-V',
  258: 'LoongArch',
};

/** null: not an ELF program. */
export async function readElf(readAt: ReadAt): Promise<Elf | null> {
  const head = await readAt(0, 64);
  if (head.length < 52 || head.readUInt32LE(0) !== MAGIC) return null;
  const bits = head[4] === 2 ? 64 : head[4] === 1 ? 32 : null;
  // Byte order 1: little endian, like every architecture that procmap supports.
  if (bits === null || head[5] !== 1 || (bits === 64 && head.length < 64)) return null;
  const type = head.readUInt16LE(16);
  if (type !== ET_EXEC && type !== ET_DYN) return null;
  const code = head.readUInt16LE(18);
  const segments = await readSegments(head, bits, readAt);
  const interpreter = segments.find((segment) => segment.type === PT_INTERP);
  return {
    bits,
    machine: MACHINES[code] ?? `machine ${code}`,
    positionIndependent: type === ET_DYN,
    interpreter: interpreter === undefined ? null : { offset: interpreter.offset, size: Math.min(interpreter.size, MAX_INTERPRETER) },
    segments,
  };
}

/** Describes the file in the manner of file(1). */
export function elfText({ bits, machine, positionIndependent, interpreter }: Elf): string {
  return `ELF ${bits}-bit, ${machine}, ${positionIndependent ? 'position-independent' : 'at a fixed address'}, ${interpreter === null ? 'statically' : 'dynamically'} linked`;
}
