import type { Elf, ReadAt } from './elf.ts';
import { findNote, readNotes } from './notes.ts';

const NT_GNU_BUILD_ID = 3;
/** SHA-1 has 20 bytes; more than 64 cannot be a digest. */
const MAX_ID_BYTES = 64;

/** NT_GNU_BUILD_ID in lower-case hex, or null if the file has none. */
export async function readBuildId(elf: Elf, readAt: ReadAt): Promise<string | null> {
  for await (const { notes, align } of readNotes(elf, readAt)) {
    const id = buildIdOf(notes, align);
    if (id !== null) return id;
  }
  return null;
}

/** The build id in a note segment, or null. */
export function buildIdOf(notes: Buffer, align: 4 | 8): string | null {
  const isId = (type: number, { length }: Buffer): boolean => type === NT_GNU_BUILD_ID && length > 0 && length <= MAX_ID_BYTES;
  return findNote(notes, align, 'GNU', isId)?.toString('hex') ?? null;
}
