import { THREAD_COLUMNS, type ThreadColumnKey } from './thread-columns.ts';
import type { Thread } from './threads-answer.ts';

export interface ThreadSort {
  readonly column: ThreadColumnKey;
  readonly descending: boolean;
}

const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** The threads that match all words, by name or the beginning of their id, in the chosen order; ties by id. */
export function arrangeThreads(threads: readonly Thread[], query: string, { column, descending }: ThreadSort): readonly Thread[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const value = THREAD_COLUMNS.find(({ key }) => key === column)?.value ?? (({ tid }: Thread): number => tid);
  const sign = descending ? -1 : 1;
  return threads
    .filter(({ comm, tid }) => {
      const name = comm.toLowerCase();
      return words.every((word) => name.includes(word) || String(tid).startsWith(word));
    })
    .map((thread) => ({ thread, key: value(thread) }))
    .sort((a, b) => sign * compare(a.key, b.key) || a.thread.tid - b.thread.tid)
    .map(({ thread }) => thread);
}

function compare(a: number | string | null, b: number | string | null): number {
  if (typeof a === 'string' || typeof b === 'string') return collator.compare(String(a), String(b));
  return (a ?? -1) - (b ?? -1);
}

/** Sums over some threads. */
interface ThreadSums {
  /** Stacks that were found. */
  readonly stacks: number;
  readonly pages: number;
  /** As far as known. */
  readonly usedKb: number;
  readonly withoutGuard: number;
}

export function sumThreads(threads: readonly Thread[]): ThreadSums {
  let [stacks, pages, usedKb, withoutGuard] = [0, 0, 0, 0];
  for (const { stack } of threads) {
    if (stack === null) continue;
    stacks++;
    pages += stack.endPage - stack.startPage;
    usedKb += stack.residentKb ?? 0;
    if (stack.guardBytes === 0) withoutGuard++;
  }
  return { stacks, pages, usedKb, withoutGuard };
}
