import { tile } from '@procmap/shared/intervals.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { mapCountHeadroom } from '@procmap/shared/statistics.ts';
import { summarise, type Summary } from '@procmap/shared/summary.ts';
import type { ProcessInfo } from '../reader/protocol.ts';
import type { Memories } from './memories.ts';
import type { ReaderLink } from './reader-link.ts';
import { askMap } from './ask-map.ts';

/** Processes that are looked at, those of the lowest pids. */
export const MOST_PROCESSES = 64;
/** A scrape waits for ten seconds (Prometheus's default): what is not read by then is left out. */
const MOST_MS = 7000;
/** For how long memory figures of one process are waited for; then they come with a later scrape. */
const MOST_MEMORY_MS = 1000;

/** What a process of the fleet is like. */
export interface FleetMember {
  readonly pid: number;
  readonly comm: string;
  readonly summary: Summary;
  readonly memory: Memory | null;
  /** null where vm.max_map_count is not known. */
  readonly headroom: number | null;
  /** What reading its map took, ms. */
  readonly readMs: number;
}

export interface Fleet {
  readonly members: readonly FleetMember[];
  /** Processes that match and are not among them: too many, or not read in time. */
  readonly leftOut: number;
}

/** By the names of --metrics-match: whole, `*` standing for any letters. */
export function fleetMatcher(names: readonly string[]): (comm: string) => boolean {
  const patterns = names.map((name) => new RegExp(`^${name.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll(/\*+/g, '.*')}$`, 'u'));
  return (comm) => patterns.some((pattern) => pattern.test(comm));
}

/** Looks at the processes that match, one after the other. Rejects with a ReaderFault where not even their list can be had. */
export async function readFleet(reader: ReaderLink, memories: Memories, matches: (comm: string) => boolean): Promise<Fleet> {
  const endsAt = performance.now() + MOST_MS;
  const { processes } = (await reader.ask({ op: 'processes' })).head;
  const meant = processes.filter((process) => !process.kernel_thread && matches(process.comm));
  const members: FleetMember[] = [];
  let leftOut = Math.max(0, meant.length - MOST_PROCESSES);
  for (const process of meant.slice(0, MOST_PROCESSES)) {
    if (performance.now() > endsAt) leftOut++;
    else {
      const member = await readMember(reader, memories, process);
      if (member !== null) members.push(member);
    }
  }
  return { members, leftOut };
}

/** null: it has gone, or may not be read, or has no address space. */
async function readMember(reader: ReaderLink, memories: Memories, { pid, comm }: ProcessInfo): Promise<FleetMember | null> {
  try {
    const { meta, table } = await askMap(reader, pid);
    const summary = summarise(tile(table, meta.layout));
    const memory = await within(memories.get(pid), MOST_MEMORY_MS);
    return { pid, comm, summary, memory, headroom: memory === null ? null : mapCountHeadroom(summary, memory.max_map_count), readMs: meta.cost.readMs };
  } catch {
    return null;
  }
}

/** What was promised, or null where that fails or takes longer. */
async function within<T>(promise: Promise<T>, mostMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, mostMs, null);
  });
  try {
    return await Promise.race([promise, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
