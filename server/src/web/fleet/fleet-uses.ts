import type { ObjectEvidence } from '@procmap/shared/use/evidence.ts';
import { breakdown } from '@procmap/shared/use/breakdown/breakdown.ts';
import type { UseWord } from '@procmap/shared/use/use-list.ts';
import type { ProcessInfo } from '../../reader/protocol/protocol.ts';
import { BudgetedReads } from '../link/budgeted-reads.ts';
import type { Duty } from '../link/duty.ts';
import { type AskedFigures, askFiguresInTurn } from '../uses/ask-figures.ts';
import { type AskedUses, askUses, type Readers } from '../uses/ask-uses.ts';

/** Of the memory of one use; `use` null: not told. */
interface MemoryOfUse {
  readonly use: UseWord | null;
  readonly residentKb: number;
  /** null: the kernel does not report it. */
  readonly swapKb: number | null;
}

/** Memory of a process by use, from one read of smaps that took `readMs`. */
export interface UseMemory {
  readonly rows: readonly MemoryOfUse[];
  readonly readMs: number;
}

/** Longest wait of a scrape for ELF headers of all its processes; then those that were read earlier stand in. */
const MAX_OBJECTS_MS = 2000;
/** Of the time, with what can be saved up: smaps is for those who look at the process. */
const SMAPS_SHARE = 0.02;
const SMAPS_CAPACITY_MS = 200;
const OBJECTS_SHARE = 0.1;
const OBJECTS_CAPACITY_MS = 500;
/** The reader remembers threads, so a later scrape tells those that were running, or left over. */
const LOOKS = { complete: 1, mostMs: 100 };

/**
 * What the memory of the fleet's processes is for. The evidence is cheap in each scrape. smaps is read rarely, in turn
 * with all others who read it, and without a rest of its own: the next reader waits only for what this read has cost.
 */
export class FleetUses {
  readonly #readers: Readers;
  readonly #objects: BudgetedReads<ObjectEvidence>;
  readonly #memory: BudgetedReads<UseMemory>;
  /** By id, as in the last list. */
  #processes: ReadonlyMap<number, ProcessInfo> = new Map();
  #objectsMs = MAX_OBJECTS_MS;

  constructor(readers: Readers, duty: Duty) {
    const { reader, files } = readers;
    this.#readers = readers;
    this.#objects = new BudgetedReads(reader, {
      share: OBJECTS_SHARE,
      capacityMs: OBJECTS_CAPACITY_MS,
      read: async (pid) => {
        const { head, tookMs } = await files.ask({ op: 'objects', pid });
        return { value: head.objects, tookMs };
      },
    });
    this.#memory = new BudgetedReads(reader, {
      share: SMAPS_SHARE,
      capacityMs: SMAPS_CAPACITY_MS,
      mayRead: (pid) => duty.isFree(pid, performance.now()),
      read: async (pid) => {
        const smaps = await askFiguresInTurn(reader, duty, pid, 0);
        const { uses } = await this.#ask(pid, this.#objectsOf(pid, MAX_OBJECTS_MS), smaps);
        // A column is there in all rows or in none.
        const hasSwap = !Number.isNaN(smaps.figures.swap[0]);
        const rows = breakdown(uses, smaps.figures).rows.map(({ use, resident, swap }) => ({ use, residentKb: resident, swapKb: hasSwap ? swap : null }));
        return { value: { rows, readMs: smaps.tookMs }, tookMs: smaps.tookMs };
      },
    });
  }

  /** Begins a scrape. `processes`: all there are. */
  begin(processes: readonly ProcessInfo[]): void {
    this.#processes = new Map(processes.map((process) => [process.pid, process]));
    this.#objectsMs = MAX_OBJECTS_MS;
  }

  /** The map of a process, and what it is for by cheap evidence. Rejects with a ReaderFault. */
  ask(pid: number): Promise<AskedUses> {
    const began = performance.now();
    const objects = this.#objectsOf(pid, this.#objectsMs).finally(() => (this.#objectsMs -= performance.now() - began));
    return this.#ask(pid, objects, null);
  }

  /** The last result if there is none in time; null: none yet. */
  memory({ pid, start_time: startTime }: ProcessInfo, mostMs: number): Promise<UseMemory | null> {
    return this.#memory.getWithin(pid, startTime, mostMs);
  }

  ageMs(memory: UseMemory): number {
    return this.#memory.ageMs(memory);
  }

  #ask(pid: number, objects: Promise<ObjectEvidence | null>, smaps: AskedFigures | null): Promise<AskedUses> {
    return askUses(this.#readers, pid, { smaps, objects, commandLine: this.#processes.get(pid)?.cmdline ?? '', looks: LOOKS });
  }

  #objectsOf(pid: number, mostMs: number): Promise<ObjectEvidence | null> {
    return this.#objects.getWithin(pid, this.#processes.get(pid)?.start_time ?? NaN, mostMs);
  }
}
