import { closeSync, constants, openSync } from 'node:fs';
import { beat } from '../common/beat.ts';
import { type Elf, type ReadAt, readElf } from './elf.ts';
import { readsOf } from './file-reads.ts';
import { findNote, readNotes } from './notes.ts';
import type { ElfSegment } from './segments.ts';
import type { FoundFile } from './walk.ts';

/** What procmap needs to know of an ELF file to tell what memory beside it is for. */
export interface ElfFacts {
  /** PT_LOAD, in the order of the file. */
  readonly loads: readonly ElfSegment[];
  /** Built by Go: it has Go's build id. */
  readonly isGo: boolean;
}

const NOT_ELF: ElfFacts = { loads: [], isGo: false };
const PT_LOAD = 1;
/** A Go build id (cmd/link: .note.go.buildid). */
const GO_BUILD_ID = 4;

/** More than the libraries of a large machine. */
const MAX_KEPT = 2048;
const kept = new Map<string, ElfFacts>();

/** Reads the file, or remembers it if it has not changed since. Throws the system's error. */
export async function readElfFacts(found: FoundFile): Promise<ElfFacts> {
  const { stat } = found;
  if (!stat.isFile()) return NOT_ELF;
  const key = `${stat.dev} ${stat.ino} ${stat.size} ${stat.mtimeNs}`;
  const facts = kept.get(key) ?? (await read(found));
  kept.delete(key);
  kept.set(key, facts);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  return facts;
}

async function read({ fd: path }: FoundFile): Promise<ElfFacts> {
  beat();
  // Reopens exactly this file, whatever its name is by now.
  const fd = openSync(`/proc/self/fd/${path}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const readAt = readsOf(fd);
    const elf = await readElf(readAt);
    if (elf === null) return NOT_ELF;
    return { loads: elf.segments.filter(({ type }) => type === PT_LOAD), isGo: await hasGoNote(elf, readAt) };
  } finally {
    closeSync(fd);
  }
}

async function hasGoNote(elf: Elf, readAt: ReadAt): Promise<boolean> {
  for await (const { notes, align } of readNotes(elf, readAt)) if (findNote(notes, align, 'Go', (type) => type === GO_BUILD_ID) !== null) return true;
  return false;
}
