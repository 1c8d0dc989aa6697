import type { Process } from '@procmap/shared/messages.ts';
import type { ThreadOf } from './thread-lookup.svelte.ts';

export type SortKey = 'name' | 'pid' | 'user' | 'rss_kb' | 'state';

/** Selection and order of the processes in the picker. */
export interface Order {
  /** Lower case; a process must match all of them. */
  readonly words: readonly string[];
  /** The thread whose id was typed, with its process, which is meant. */
  readonly thread: ThreadOf | null;
  readonly sortKey: SortKey;
  readonly descending: boolean;
  readonly kernelThreads: boolean;
}

/** A process in the list, and whether it has ended since the list was held. */
export interface ListedProcess {
  readonly process: Process;
  readonly gone: boolean;
}

/** How well a process matches the query. */
const NOT = 0;
const PARTLY = 1;
const EXACTLY = 2;

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/**
 * Filters and sorts. Exact matches by pid or name come first, including kernel threads; then readable processes; each
 * in the chosen order, with ties by pid, so that the order is always the same.
 */
export function arrange(processes: readonly Process[], order: Order): Process[] {
  const { sortKey, descending, kernelThreads } = order;
  const sign = descending ? -1 : 1;
  return processes
    .map((process) => ({ process, fit: fitOf(process, order) }))
    .filter(({ process, fit }) => fit === EXACTLY || (fit === PARTLY && (kernelThreads || !process.kernel_thread)))
    .sort(
      (a, b) =>
        b.fit - a.fit ||
        Number(b.process.readable) - Number(a.process.readable) ||
        sign * compare(a.process, b.process, sortKey) ||
        a.process.pid - b.process.pid,
    )
    .map(({ process }) => process);
}

/** Current figures in the order of `held`: ended processes stay, greyed; new ones come last. */
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

function compare(a: Process, b: Process, key: SortKey): number {
  if (key === 'name') return collator.compare(a.program, b.program) || collator.compare(a.what, b.what);
  const x = a[key];
  const y = b[key];
  if (typeof x === 'string' || typeof y === 'string') return collator.compare(String(x), String(y));
  // Unknown values sort below all others.
  return (x ?? -1) - (y ?? -1);
}

function fitOf(process: Process, { words, thread }: Order): number {
  if (words.length === 0) return PARTLY;
  const { pid } = process;
  if (thread?.pid === pid && words.length === 1 && words[0] === String(thread.tid)) return EXACTLY;
  const program = process.program.toLowerCase();
  const comm = process.comm.toLowerCase();
  const user = process.user.toLowerCase();
  const line = `${process.what}\n${process.cmdline}`.toLowerCase();
  let fit = PARTLY;
  for (const word of words) {
    if (word === String(pid) || word === program || word === comm) fit = EXACTLY;
    else if (!(String(pid).startsWith(word) || program.includes(word) || comm.includes(word) || user.startsWith(word) || line.includes(word))) return NOT;
  }
  return fit;
}
