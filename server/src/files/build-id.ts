import type { Elf, ReadAt } from './elf.ts';

const PT_NOTE = 4;
const NT_GNU_BUILD_ID = 3;
const NOTE_HEAD = 12;
/** Linkers create two or three note segments of some hundred bytes. */
const MAX_SEGMENTS = 8;
const MAX_NOTES_BYTES = 64 * 1024;
/** SHA-1 has 20 bytes; more than 64 cannot be a digest. */
const MAX_ID_BYTES = 64;

/** NT_GNU_BUILD_ID in lower-case hex, or null if the file has none. */
export async function readBuildId({ segments }: Elf, readAt: ReadAt): Promise<string | null> {
  for (const { offset, size, align } of segments.filter(({ type }) => type === PT_NOTE).slice(0, MAX_SEGMENTS)) {
    const id = buildIdOf(await readAt(offset, Math.min(size, MAX_NOTES_BYTES)), align === 8 ? 8 : 4);
    if (id !== null) return id;
  }
  return null;
}

/**
 * Parses a note segment: u32 size of the name, u32 size of the descriptor, u32 type; then both, each padded to `align`.
 */
export function buildIdOf(notes: Buffer, align: 4 | 8): string | null {
  const fill = (length: number): number => Math.ceil(length / align) * align;
  for (let at = 0; at + NOTE_HEAD <= notes.length;) {
    const nameBytes = notes.readUInt32LE(at);
    const bytes = notes.readUInt32LE(at + 4);
    const type = notes.readUInt32LE(at + 8);
    const from = fill(at + NOTE_HEAD + nameBytes);
    const isGnu = nameBytes === 4 && notes.toString('latin1', at + NOTE_HEAD, at + NOTE_HEAD + 4) === 'GNU\0';
    if (isGnu && type === NT_GNU_BUILD_ID && bytes > 0 && bytes <= MAX_ID_BYTES && from + bytes <= notes.length)
      return notes.toString('hex', from, from + bytes);
    at = fill(from + bytes);
  }
  return null;
}
