import type { Elf, ReadAt } from './elf.ts';

const PT_NOTE = 4;
const NOTE_HEAD = 12;
/** Linkers create two or three note segments of some hundred bytes. */
const MAX_SEGMENTS = 8;
const MAX_NOTES_BYTES = 64 * 1024;

interface NoteSegment {
  readonly notes: Buffer;
  readonly align: 4 | 8;
}

/** The note segments of a file. */
export async function* readNotes({ segments }: Elf, readAt: ReadAt): AsyncGenerator<NoteSegment> {
  for (const { offset, size, align } of segments.filter(({ type }) => type === PT_NOTE).slice(0, MAX_SEGMENTS))
    yield { notes: await readAt(offset, Math.min(size, MAX_NOTES_BYTES)), align: align === 8 ? 8 : 4 };
}

/**
 * The descriptor of the first note with this owner (without its zeros) that `isMeant`; null: there is none. Parses a note
 * segment: u32 size of the name, u32 size of the descriptor, u32 type; then both, each padded to `align`.
 */
export function findNote(notes: Buffer, align: 4 | 8, owner: string, isMeant: (type: number, descriptor: Buffer) => boolean): Buffer | null {
  const fill = (length: number): number => Math.ceil(length / align) * align;
  for (let at = 0; at + NOTE_HEAD <= notes.length;) {
    const nameBytes = notes.readUInt32LE(at);
    const bytes = notes.readUInt32LE(at + 4);
    const type = notes.readUInt32LE(at + 8);
    const nameAt = at + NOTE_HEAD;
    const from = fill(nameAt + nameBytes);
    const isWhole = from + bytes <= notes.length;
    const isOwners = nameBytes === 4 && notes.toString('latin1', nameAt, nameAt + 4) === owner.padEnd(4, '\0');
    if (isWhole && isOwners && isMeant(type, notes.subarray(from, from + bytes))) return notes.subarray(from, from + bytes);
    at = fill(from + bytes);
  }
  return null;
}
