import { tile } from '@procmap/shared/intervals.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { mapCountHeadroom } from '@procmap/shared/figures/statistics.ts';
import { summarise, type Summary } from '@procmap/shared/figures/summary.ts';
import type { UseWord } from '@procmap/shared/use/use-list.ts';
import type { ProcessInfo } from '../../reader/protocol/protocol.ts';
import type { Memories } from '../link/memories.ts';
import { ReaderFault } from '../link/reader-fault.ts';
import type { ReaderLink } from '../link/reader-link.ts';
import type { FleetUses, UseMemory } from './fleet-uses.ts';
import { mappedByUse } from '@procmap/shared/use/mapped-by-use.ts';

/** Maximum number of processes; those with the lowest ids are read. */
export const MAX_PROCESSES = 64;
/** Prometheus waits for ten seconds by default. Processes that have not been read by then are left out. */
const MAX_MS = 7000;
/** Longest wait for memory figures of one process; after that, the last ones stand in, or a later scrape gets them. */
const MAX_MEMORY_MS = 1000;

/** One process of the fleet. */
export interface FleetMember {
  readonly pid: number;
  readonly comm: string;
  readonly summary: Summary;
  /** Mapped pages of each use; null: not told. */
  readonly mapped: ReadonlyMap<UseWord | null, number>;
  readonly memory: Memory | null;
  /** Age of these figures. */
  readonly memoryAgeMs: number | null;
  /** Memory by use; null: not read yet. */
  readonly useMemory: UseMemory | null;
  readonly useAgeMs: number | null;
  /** null: vm.max_map_count is unknown. */
  readonly headroom: number | null;
  /** Time to read its map, in ms. */
  readonly readMs: number;
}

export interface Fleet {
  readonly members: readonly FleetMember[];
  /** Matching processes that were not read: too many, not in time, or held by the kernel. */
  readonly leftOut: number;
}

/** Matches the names of --metrics-match: whole names, in which `*` stands for any characters. */
export function fleetMatcher(names: readonly string[]): (comm: string) => boolean {
  const patterns = names.map((name) => new RegExp(`^${name.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll(/\*+/g, '.*')}$`, 'u'));
  return (comm) => patterns.some((pattern) => pattern.test(comm));
}

/** Processes whose maps the kernel holds: they are left alone for a while, longer after each try. */
const FIRST_REST_MS = 15_000;
const LONGEST_REST_MS = 600_000;
/**
 * Each stall costs a second and a thread of the reader. After this many in a scrape, only processes that answered last
 * time are read.
 */
const MAX_STALLS = 2;
/** Supposed to be the cost of a process that was never read. */
const UNKNOWN_MS = 100;

/**
 * Reads the matching processes one by one. Those that were quick last time come first, so that a process
 * that cannot be read costs the others little.
 */
export class FleetReader {
  readonly #reader: ReaderLink;
  readonly #memories: Memories;
  readonly #uses: FleetUses;
  readonly #matches: (comm: string) => boolean;
  /** By process id, the processes that answered last time: their start time, and how long they took. */
  #answered: ReadonlyMap<number, { readonly startTime: number; readonly tookMs: number }> = new Map();
  /** Processes that did not answer, by process id: until when, and for how long, they are left alone. */
  readonly #resting = new Map<number, { readonly startTime: number; readonly until: number; readonly restMs: number }>();

  constructor(reader: ReaderLink, memories: Memories, uses: FleetUses, matches: (comm: string) => boolean) {
    this.#reader = reader;
    this.#memories = memories;
    this.#uses = uses;
    this.#matches = matches;
  }

  /** Rejects with a ReaderFault if even the process list cannot be read. */
  async read(): Promise<Fleet> {
    const endsAt = performance.now() + MAX_MS;
    const { processes } = (await this.#reader.ask({ op: 'processes' })).head;
    const meant = processes.filter((process) => !process.kernel_thread && this.#matches(process.comm));
    this.#forget(processes);
    this.#uses.begin();
    const chosen = meant.slice(0, MAX_PROCESSES);
    // The slow ones last: if time does not suffice, it is they that are left out.
    const inOrder = chosen.toSorted((a, b) => this.#expectedMs(a) - this.#expectedMs(b));
    const members: FleetMember[] = [];
    const answered = new Map<number, { readonly startTime: number; readonly tookMs: number }>();
    let leftOut = meant.length - chosen.length;
    let stalls = 0;
    for (const process of inOrder) {
      const waits = this.#isResting(process) || (stalls >= MAX_STALLS && !this.#hasAnswered(process));
      const began = performance.now();
      const last = this.#answered.get(process.pid);
      const member = waits || began > endsAt ? 'late' : await this.#member(process);
      if (member === 'stalled') stalls++;
      if (member === 'stalled' || member === 'late') leftOut++;
      else if (member !== null) {
        members.push(member);
        answered.set(process.pid, { startTime: process.start_time, tookMs: performance.now() - began });
      }
      // It was not asked, so it keeps its place.
      if (member === 'late' && last !== undefined && !waits) answered.set(process.pid, last);
    }
    this.#answered = answered;
    return { members: members.sort((a, b) => a.pid - b.pid), leftOut };
  }

  #hasAnswered({ pid, start_time: startTime }: ProcessInfo): boolean {
    return this.#answered.get(pid)?.startTime === startTime;
  }

  /** By its last answer. */
  #expectedMs(process: ProcessInfo): number {
    return this.#hasAnswered(process) ? (this.#answered.get(process.pid)?.tookMs ?? UNKNOWN_MS) : UNKNOWN_MS;
  }

  #isResting({ pid, start_time: startTime }: ProcessInfo): boolean {
    const rest = this.#resting.get(pid);
    return rest?.startTime === startTime && performance.now() < rest.until;
  }

  /** Drops processes that are gone. */
  #forget(processes: readonly ProcessInfo[]): void {
    const there = new Map(processes.map((process) => [process.pid, process.start_time]));
    for (const [pid, { startTime }] of this.#resting) if (there.get(pid) !== startTime) this.#resting.delete(pid);
  }

  /** null: the process is gone, may not be read, or has no address space. */
  async #member(process: ProcessInfo): Promise<FleetMember | 'stalled' | 'late' | null> {
    const { pid, comm, start_time: startTime } = process;
    try {
      const asked = await this.#uses.ask(process);
      const { meta, table, uses } = asked;
      const summary = summarise(tile(table, meta.layout));
      const [memory, useMemory] = await Promise.all([
        this.#memories.getWithin(pid, startTime, MAX_MEMORY_MS),
        this.#uses.memory(process, asked, MAX_MEMORY_MS),
      ]);
      this.#resting.delete(pid);
      return {
        pid,
        comm,
        summary,
        mapped: mappedByUse(uses, meta.layout),
        memory,
        memoryAgeMs: memory === null ? null : this.#memories.ageMs(memory),
        useMemory,
        useAgeMs: useMemory === null ? null : this.#uses.ageMs(useMemory),
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
