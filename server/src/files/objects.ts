import { closeSync } from 'node:fs';
import type { ObjectEvidence, PageRange } from '@procmap/shared/use/evidence.ts';
import { beat } from '../common/beat.ts';
import { byLivingThreadNow } from '../reader/procfs/process/alive.ts';
import { liveFile } from '../reader/procfs/process/live-file.ts';
import { type Failure, failure, isFailure } from '../reader/procfs/process/outcome.ts';
import { parseMaps } from '../reader/procfs/maps/parse-maps.ts';
import { TextBuffer, TooLarge } from '../reader/procfs/maps/text-buffer.ts';
import { bssBehind } from './bss.ts';
import { type ElfFacts, readElfFacts } from './elf-facts.ts';
import { type FileRoot, rootOfPath } from './file-root.ts';
import { sightOf } from './file-sight.ts';
import { mappedName } from './mapped-name.ts';
import type { MappedRow } from './mapped-row.ts';
import { type FileSeam, seamsOf } from './seams.ts';
import { openPath } from './walk.ts';

/** Files that are opened for one answer. A program with more libraries is rare; the rest gets no bss. */
const MAX_FILES = 256;

/**
 * What the ELF files of a process tell of its anonymous memory. A file that cannot be opened tells nothing. `asks`: see
 * readFileNow(). Throws the system's error if the process cannot be read.
 */
export async function readObjects(pid: number, asks: (fileSystem: string) => void): Promise<ObjectEvidence | Failure> {
  const seams = await readSeams(pid);
  if (isFailure(seams)) return seams;
  const files = new SeamFiles(pid, asks);
  const bss: PageRange[] = [];
  for (const seam of seams) {
    const facts = await files.factsOf(seam.row);
    const range = facts === null ? null : bssBehind(seam, facts.loads);
    if (range !== null) bss.push(range);
  }
  return { bss, isGo: await isGoProgram(pid) };
}

async function readSeams(pid: number): Promise<readonly FileSeam[] | Failure> {
  const text = new TextBuffer();
  try {
    await text.read(
      byLivingThreadNow(pid, (teller) => liveFile(pid, teller, 'maps')),
      beat,
    );
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    return failure('too_large', `too large: the map of process ${pid} is ${error.message}, because of very long file names; procmap reads no more than that`);
  }
  const parsed = parseMaps(text.bytes, text.length, () => null);
  if ('malformedAt' in parsed) return failure('unreadable', `the map of process ${pid} has a format that procmap does not know`);
  return [...seamsOf(parsed.table)];
}

/** The files of one process at the seams, each opened once. */
class SeamFiles {
  readonly #pid: number;
  readonly #asks: (fileSystem: string) => void;
  readonly #facts = new Map<string, ElfFacts | null>();
  #root: FileRoot | null = null;

  constructor(pid: number, asks: (fileSystem: string) => void) {
    this.#pid = pid;
    this.#asks = asks;
  }

  /** null: it cannot be opened. */
  async factsOf(row: MappedRow): Promise<ElfFacts | null> {
    const key = `${row.device} ${row.inode}`;
    const known = this.#facts.get(key);
    if (known !== undefined || this.#facts.size >= MAX_FILES) return known ?? null;
    const facts = await this.#read(row).catch(() => null);
    this.#facts.set(key, facts);
    return facts;
  }

  async #read(row: MappedRow): Promise<ElfFacts | null> {
    if (!row.name.startsWith('/')) return null;
    const name = mappedName(row, null);
    const root = this.#rootOf(name.path);
    if (root === null) return null;
    this.#asks('');
    const { state, found } = sightOf(this.#pid, row, name, root, this.#asks);
    if (found === null) return null;
    try {
      return state === 'same' ? await readElfFacts(found) : null;
    } finally {
      closeSync(found.fd);
    }
  }

  /** Most processes have the machine's root: then the mounts are read once. */
  #rootOf(path: string): FileRoot | null {
    if (this.#root !== null) return { ...this.#root, path };
    const root = rootOfPath(this.#pid, path);
    if (root?.path === path) this.#root = root;
    return root;
  }
}

/** Opens the link, which leads to the file that was started. False if it cannot be opened. */
async function isGoProgram(pid: number): Promise<boolean> {
  try {
    const found = byLivingThreadNow(pid, (teller) => openPath(liveFile(pid, teller, 'exe'), 'anything'));
    try {
      return (await readElfFacts(found)).isGo;
    } finally {
      closeSync(found.fd);
    }
  } catch {
    return false;
  }
}
