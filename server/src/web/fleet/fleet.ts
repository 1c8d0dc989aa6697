import { tile } from '@procmap/shared/intervals.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { mapCountHeadroom } from '@procmap/shared/figures/statistics.ts';
import { summarise, type Summary } from '@procmap/shared/figures/summary.ts';
import type { ProcessInfo } from '../../reader/protocol/protocol.ts';
import type { Memories } from '../link/memories.ts';
import { ReaderFault } from '../link/reader-fault.ts';
import type { ReaderLink } from '../link/reader-link.ts';
import { askMap } from '../link/ask-map.ts';

/** Processes that are looked at, those of the lowest pids. */
export const MAX_PROCESSES = 64;
/** A scrape waits for ten seconds (Prometheus's default): what is not read by then is left out. */
const MAX_MS = 7000;
/** For how long memory figures of one process are waited for; then they come with a later scrape. */
const MAX_MEMORY_MS = 1000;

/** What a process of the fleet is like. */
export interface FleetMember {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
  readonly comm: string;
  readonly summary: Summary;
  readonly memory: Memory | null;
  /** Of these figures. */
  readonly memoryAgeMs: number | null;
  /** null where vm.max_map_count is not known. */
  readonly headroom: number | null;
  /** What reading its map took, ms. */
  readonly readMs: number;
}

export interface Fleet {
  readonly members: readonly FleetMember[];
  /** Processes that match and are not among them: too many, not read in time, or held by the kernel. */
  readonly leftOut: number;
}

/** By the names of --metrics-match: whole, `*` standing for any letters. */
export function fleetMatcher(names: readonly string[]): (comm: string) => boolean {
  const patterns = names.map((name) => new RegExp(`^${name.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll(/\*+/g, '.*')}$`, 'u'));
  return (comm) => patterns.some((pattern) => pattern.test(comm));
}

/** Processes whose maps the kernel holds: after each try they are left alone for longer. */
const FIRST_REST_MS = 15_000;
const LONGEST_REST_MS = 600_000;
/** Each of these costs a second and a thread of the reader: so many in one scrape, then only those are looked at that answered the last time. */
const MAX_STALLS = 2;

/** Looks at the processes that match, one after the other, those first that answered the last time: a process that cannot be read costs the others little. */
export class FleetReader {
  readonly #reader: ReaderLink;
  readonly #memories: Memories;
  readonly #matches: (comm: string) => boolean;
  /** Start time by pid: those that answered the last time. */
  #answered: ReadonlyMap<number, number> = new Map();
  /** By pid: those that did not, until when they are left alone, and for how long that is. */
  readonly #resting = new Map<number, { readonly startTime: number; readonly until: number; readonly restMs: number }>();

  constructor(reader: ReaderLink, memories: Memories, matches: (comm: string) => boolean) {
    this.#reader = reader;
    this.#memories = memories;
    this.#matches = matches;
  }

  /** Rejects with a ReaderFault where not even the list of processes can be had. */
  async read(): Promise<Fleet> {
    const endsAt = performance.now() + MAX_MS;
    const { processes } = (await this.#reader.ask({ op: 'processes' })).head;
    const meant = processes.filter((process) => !process.kernel_thread && this.#matches(process.comm));
    this.#forget(processes);
    const chosen = meant.slice(0, MAX_PROCESSES);
    const known = chosen.filter((process) => this.#hasAnswered(process));
    const others = chosen.filter((process) => !this.#hasAnswered(process));
    const members: FleetMember[] = [];
    let leftOut = meant.length - chosen.length;
    let stalls = 0;
    for (const process of [...known, ...others]) {
      const waits = this.#isResting(process) || (stalls >= MAX_STALLS && !this.#hasAnswered(process));
      const member = waits || performance.now() > endsAt ? 'late' : await this.#member(process);
      if (member === 'stalled') stalls++;
      if (member === 'stalled' || member === 'late') leftOut++;
      else if (member !== null) members.push(member);
    }
    this.#answered = new Map(members.map(({ pid, startTime }) => [pid, startTime]));
    return { members: members.sort((a, b) => a.pid - b.pid), leftOut };
  }

  #hasAnswered({ pid, start_time: startTime }: ProcessInfo): boolean {
    return this.#answered.get(pid) === startTime;
  }

  #isResting({ pid, start_time: startTime }: ProcessInfo): boolean {
    const rest = this.#resting.get(pid);
    return rest?.startTime === startTime && performance.now() < rest.until;
  }

  /** Those that have gone. */
  #forget(processes: readonly ProcessInfo[]): void {
    const there = new Map(processes.map((process) => [process.pid, process.start_time]));
    for (const [pid, { startTime }] of this.#resting) if (there.get(pid) !== startTime) this.#resting.delete(pid);
  }

  /** null: it has gone, or may not be read, or has no address space. */
  async #member({ pid, comm, start_time: startTime }: ProcessInfo): Promise<FleetMember | 'stalled' | 'late' | null> {
    try {
      const { meta, table } = await askMap(this.#reader, pid);
      const summary = summarise(tile(table, meta.layout));
      const memory = await within(this.#memories.get(pid), MAX_MEMORY_MS);
      this.#resting.delete(pid);
      return {
        pid,
        startTime,
        comm,
        summary,
        memory,
        memoryAgeMs: memory === null ? null : this.#memories.ageMs(memory),
        headroom: memory === null ? null : mapCountHeadroom(summary, memory.max_map_count),
        readMs: meta.cost.readMs,
      };
    } catch (error) {
      if (!(error instanceof ReaderFault) || (error.word !== 'stalled' && error.word !== 'too_large')) return null;
      const restMs = Math.min(LONGEST_REST_MS, 2 * (this.#resting.get(pid)?.restMs ?? FIRST_REST_MS / 2));
      this.#resting.set(pid, { startTime, until: performance.now() + restMs, restMs });
      return error.word === 'stalled' ? 'stalled' : 'late';
    }
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
