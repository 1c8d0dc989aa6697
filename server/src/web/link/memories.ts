import type { Memory } from '@procmap/shared/memory.ts';
import { BudgetedReads } from './budgeted-reads.ts';
import type { ReaderLink } from './reader-link.ts';

/**
 * Memory figures of processes, shared by all clients. To read them, the kernel walks the page tables of a process with
 * its map locked. So each process is read for at most a tenth of the time plus up to half a second saved up.
 */
export class Memories extends BudgetedReads<Memory> {
  constructor(reader: ReaderLink) {
    const read = async (pid: number): Promise<{ readonly value: Memory; readonly tookMs: number }> => {
      const { memory } = (await reader.ask({ op: 'memory', pid })).head;
      return { value: memory, tookMs: memory.read_ms };
    };
    super(reader, { share: 0.1, capacityMs: 500, read });
  }
}
