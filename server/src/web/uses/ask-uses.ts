import type { Frame } from '@procmap/shared/codec.ts';
import { CellFigures } from '@procmap/shared/figures/cell-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { END_PAGE_64 } from '@procmap/shared/page.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { nameIndex } from '@procmap/shared/text/names.ts';
import type { ThreadEvidence } from '@procmap/shared/use/evidence.ts';
import { rowFlags } from '@procmap/shared/use/row-flags.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { Answers } from '../../reader/protocol/ops.ts';
import { snapshotOf } from '../link/ask-map.ts';
import type { ReaderLink } from '../link/reader-link.ts';
import { askObjects } from './ask-objects.ts';

/** How much evidence is read: what is cheap (names, stack pointers, ELF headers), or VmFlags of smaps too. */
export type UsesRead = 'cheap' | 'all';

/** What the mappings of a process are for, with the map and the figures that say so. */
export interface AskedUses extends Pick<Extract<Frame, { type: 'snapshot' }>, 'meta' | 'table'> {
  readonly uses: Uses;
  /** null: the reader did not tell. */
  readonly threads: ThreadEvidence | null;
  /** null: not read. */
  readonly smaps: AskedFigures | null;
}

/** One read of smaps. `takenAt`: Unix time in ms. `torn`: the map changed meanwhile. */
export interface AskedFigures {
  readonly figures: MappingFigures;
  readonly takenAt: number;
  readonly torn: boolean;
  readonly tookMs: number;
}

/** The processes that answer: reader, and files. */
export interface Readers {
  readonly reader: ReaderLink;
  readonly files: ReaderLink;
}

/** Looks at threads: a running one tells no stack pointer, and a look stays within its time. */
const LOOKS = 3;
const MAX_LOOKS = 20;

/** By cheap evidence, and by the flags in `smaps` if they were read. Rejects with a ReaderFault. */
export async function askUses({ reader, files }: Readers, pid: number, smaps: AskedFigures | null): Promise<AskedUses> {
  const objects = askObjects(files, pid);
  const { head, body } = await reader.ask({ op: 'map', pid, etag: null, threads: 0 });
  const { meta, table } = snapshotOf(body);
  const threads = await askThreads(reader, pid, head);
  const commandLine = isJava(table) ? await commandLineOf(reader, pid) : '';
  const flags = smaps === null ? null : rowFlags(table, smaps.figures);
  return { meta, table, smaps, threads, uses: identify(table, { flags, threads, objects: await objects, commandLine }) };
}

/** smaps of a whole process. Rejects with a ReaderFault. */
export async function askFigures(reader: ReaderLink, pid: number): Promise<AskedFigures> {
  const collected = new CellFigures();
  const take = ({ flagSets }: { readonly flagSets: readonly string[] }, body: Uint8Array): Promise<void> => {
    collected.add(new Float64Array(body.buffer, body.byteOffset, body.byteLength / Float64Array.BYTES_PER_ELEMENT), flagSets);
    return Promise.resolve();
  };
  const { head } = await reader.askParts({ op: 'smaps', pid, startPage: 0, endPage: END_PAGE_64 }, { take, signal: new AbortController().signal });
  return { figures: collected.finish(), takenAt: head.takenAt, torn: head.torn, tookMs: head.cost.ms };
}

/** Asks until all threads were looked at, and again those that were running. `first`: the answer with the map. */
async function askThreads(reader: ReaderLink, pid: number, first: Answers['map']): Promise<ThreadEvidence | null> {
  let head = first;
  let news = head.threads ?? null;
  for (let looks = 1, complete = 0; looks < MAX_LOOKS && news !== null; looks++) {
    if (news.left === 0 && (++complete === LOOKS || news.threads.every(({ stackPage }) => stackPage !== null))) break;
    ({ head } = await reader.ask({ op: 'map', pid, etag: head.etag, threads: news.version }));
    news = head.threads ?? news;
  }
  return news;
}

/** A Java VM tells the size of its heap only by its arguments. */
function isJava({ names }: MappingTable): boolean {
  for (const name of nameIndex(names).keys()) if (name.endsWith('/libjvm.so')) return true;
  return false;
}

async function commandLineOf(reader: ReaderLink, pid: number): Promise<string> {
  const { processes } = (await reader.ask({ op: 'processes' })).head;
  return processes.find((process) => process.pid === pid)?.cmdline ?? '';
}
