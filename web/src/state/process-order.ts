import type { Process } from '@procmap/shared/messages.ts';

export type SortKey = 'comm' | 'pid' | 'user' | 'rss_kb' | 'state';

/** Which processes the picker shows, and in what order. */
export interface Order {
  /** Lower case; a process must match each of them. */
  readonly words: readonly string[];
  readonly sortKey: SortKey;
  readonly descending: boolean;
  readonly kernelThreads: boolean;
}

/** A process in the list, and whether it has ended since the list was held. */
export interface ListedProcess {
  readonly process: Process;
  readonly gone: boolean;
}

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** Filters and sorts; equals by pid, so that the order is always the same. */
export function arrange(processes: readonly Process[], { words, sortKey, descending, kernelThreads }: Order): Process[] {
  const sign = descending ? -1 : 1;
  return processes
    .filter((process) => (kernelThreads || !process.kernel_thread) && words.every((word) => matches(process, word)))
    .sort((a, b) => {
      const x = a[sortKey];
      const y = b[sortKey];
      const order = typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y));
      return order !== 0 ? sign * order : a.pid - b.pid;
    });
}

/** The figures of now in the places of `held`: what ended stays greyed, what is new comes last. */
export function keepPlaces(held: readonly Process[], processes: readonly Process[], order: Order): ListedProcess[] {
  const now = new Map(processes.map((process) => [process.pid, process]));
  const known = new Set(held.map((process) => process.pid));
  const came = arrange(
    processes.filter((process) => !known.has(process.pid)),
    order,
  );
  return [
    ...held.map((process) => ({ process: now.get(process.pid) ?? process, gone: !now.has(process.pid) })),
    ...came.map((process) => ({ process, gone: false })),
  ];
}

function matches(process: Process, word: string): boolean {
  return (
    String(process.pid).startsWith(word) ||
    process.comm.toLowerCase().includes(word) ||
    process.user.toLowerCase().startsWith(word) ||
    process.cmdline.toLowerCase().includes(word)
  );
}
