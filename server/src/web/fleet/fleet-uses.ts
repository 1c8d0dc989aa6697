import type { ObjectEvidence } from '@procmap/shared/use/evidence.ts';
import { breakdown } from '@procmap/shared/use/breakdown/breakdown.ts';
import type { UseWord } from '@procmap/shared/use/use-list.ts';
import type { ProcessInfo } from '../../reader/protocol/protocol.ts';
import { BudgetedReads } from '../link/budgeted-reads.ts';
import type { Duty } from '../link/duty.ts';
import { askFiguresInTurn } from '../uses/ask-figures.ts';
import { type AskedUses, askUses, type Readers, usesByFlags } from '../uses/ask-uses.ts';

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
const SMAPS_SHARE = 0.01;
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
  #objectsMs = MAX_OBJECTS_MS;
  /** By process id, what the scrape has just read, so that smaps does not read the map again. */
  readonly #asked = new Map<number, AskedUses>();

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
      mayRead: (pid) => this.#asked.has(pid) && duty.isFree(pid, performance.now()),
      read: async (pid) => {
        const asked = this.#asked.get(pid);
        if (asked === undefined) throw new Error('the scrape asks for it with the map');
        const smaps = await askFiguresInTurn(reader, duty, pid, 0);
        const uses = usesByFlags(asked, smaps);
        // A column is there in all rows or in none.
        const hasSwap = !Number.isNaN(smaps.figures.swap[0]);
        const rows = breakdown(uses, smaps.figures).rows.map(({ use, resident, swap }) => ({ use, residentKb: resident, swapKb: hasSwap ? swap : null }));
        return { value: { rows, readMs: smaps.tookMs }, tookMs: smaps.tookMs };
      },
    });
  }

  /** Begins a scrape. */
  begin(): void {
    this.#objectsMs = MAX_OBJECTS_MS;
  }

  /** The map of a process, and what it is for by cheap evidence. Rejects with a ReaderFault. */
  ask({ pid, start_time: startTime, cmdline: commandLine }: ProcessInfo): Promise<AskedUses> {
    const began = performance.now();
    const objects = this.#objects.getWithin(pid, startTime, Math.max(0, this.#objectsMs)).finally(() => (this.#objectsMs -= performance.now() - began));
    return askUses(this.#readers, pid, { objects, commandLine, looks: LOOKS });
  }

  /** `asked`: of the same process, just now. The last result if there is none in time; null: none yet. */
  async memory({ pid, start_time: startTime }: ProcessInfo, asked: AskedUses, mostMs: number): Promise<UseMemory | null> {
    this.#asked.set(pid, asked);
    const memory = await this.#memory.getWithin(pid, startTime, mostMs);
    this.#asked.delete(pid);
    return memory;
  }

  ageMs(memory: UseMemory): number {
    return this.#memory.ageMs(memory);
  }
}
