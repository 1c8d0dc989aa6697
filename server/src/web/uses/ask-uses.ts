import type { Frame } from '@procmap/shared/codec.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { nameIndex } from '@procmap/shared/text/names.ts';
import type { ObjectEvidence, ThreadEvidence, UseEvidence } from '@procmap/shared/use/evidence.ts';
import { rowFlags } from '@procmap/shared/use/row-flags.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { Answers } from '../../reader/protocol/ops.ts';
import { snapshotOf } from '../link/ask-map.ts';
import type { ReaderLink } from '../link/reader-link.ts';
import type { AskedFigures } from './ask-figures.ts';
import { askObjects } from './ask-objects.ts';

/** How much evidence is read: what is cheap (names, stack pointers, ELF headers), or VmFlags of smaps too. */
export type UsesRead = 'cheap' | 'all';

/** What the mappings of a process are for, with the map and the figures that say so. */
export interface AskedUses extends Pick<Extract<Frame, { type: 'snapshot' }>, 'meta' | 'table'> {
  readonly uses: Uses;
  readonly evidence: UseEvidence;
  /** null: not read. */
  readonly smaps: AskedFigures | null;
}

/** The processes that answer: reader, and files. */
export interface Readers {
  readonly reader: ReaderLink;
  readonly files: ReaderLink;
}

/** How long threads are looked at. */
interface Looks {
  /** Looks in which all were read: a running thread tells no stack pointer, so it is asked again. */
  readonly complete: number;
  /** Until all are read: no look begins after this time, or once nobody waits any more. */
  readonly mostMs: number;
  readonly signal?: AbortSignal;
}

/** Evidence that the caller has already, and how much is asked for the rest. */
interface Given {
  readonly smaps?: AskedFigures | null;
  /** Resolves to null if nobody knows. */
  readonly objects?: Promise<ObjectEvidence | null>;
  readonly commandLine?: string;
  readonly looks?: Looks;
}

const LOOKS: Looks = { complete: 3, mostMs: 1000 };

/** By cheap evidence, and by the flags in `smaps` if they were read. Rejects with a ReaderFault. */
export async function askUses({ reader, files }: Readers, pid: number, given: Given = {}): Promise<AskedUses> {
  const { smaps = null, objects = askObjects(files, pid), looks = LOOKS } = given;
  const { head, body } = await reader.ask({ op: 'map', pid, etag: null, threads: 0 });
  const { meta, table } = snapshotOf(body);
  const threads = await askThreads(reader, pid, head, looks);
  const commandLine = isJava(table) ? (given.commandLine ?? (await commandLineOf(reader, pid))) : '';
  const flags = smaps === null ? null : rowFlags(table, smaps.figures);
  const evidence = { flags, threads, objects: await objects, commandLine };
  return { meta, table, smaps, evidence, uses: identify(table, evidence) };
}

/** The uses of the same map by the flags of a read of smaps, too. */
export function usesByFlags({ table, evidence }: AskedUses, { figures }: AskedFigures): Uses {
  return identify(table, { ...evidence, flags: rowFlags(table, figures) });
}

/** Asks until all threads were looked at, and again those that were running. `first`: the answer with the map. */
async function askThreads(reader: ReaderLink, pid: number, first: Answers['map'], { complete, mostMs, signal }: Looks): Promise<ThreadEvidence | null> {
  const endsAt = performance.now() + mostMs;
  let head = first;
  let news = head.threads ?? null;
  let left = complete;
  while (news !== null) {
    if (news.left === 0 && (--left <= 0 || news.threads.every(({ stackPage }) => stackPage !== null))) break;
    if (performance.now() > endsAt || signal?.aborted === true) break;
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
