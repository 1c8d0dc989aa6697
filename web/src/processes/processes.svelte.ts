import type { Process } from '@procmap/shared/messages.ts';
import { arrange, keepPlaces, type ListedProcess, type Order, type SortKey } from './process-order.ts';
import { ThreadLookup, type ThreadOf } from './thread-lookup.svelte.ts';

/**
 * The list of processes in the picker. While it is `held` (pointer over it, or focus in it), figures change but rows
 * stay in place: ended processes are greyed, new ones come last.
 */
export class Processes {
  #all = $state.raw<readonly Process[] | null>(null);
  #query = $state.raw('');
  #sortKey = $state.raw<SortKey>('rss_kb');
  #descending = $state.raw(true);
  #kernelThreads = $state.raw(false);
  /** Rows at the beginning of the hold, by pid. */
  #held = $state.raw<readonly Process[] | null>(null);
  readonly #threads: ThreadLookup;

  /** `key`: of the session. */
  constructor(key: () => string) {
    this.#threads = new ThreadLookup(key);
  }

  /** null until the first list arrives. */
  get all(): readonly Process[] | null {
    return this.#all;
  }

  readonly kernelThreadCount = $derived((this.#all ?? []).reduce((count, process) => count + (process.kernel_thread ? 1 : 0), 0));

  readonly #order: Order = $derived({
    words: this.#query.toLowerCase().split(/\s+/).filter(Boolean),
    thread: this.thread,
    sortKey: this.#sortKey,
    descending: this.#descending,
    kernelThreads: this.#kernelThreads,
  });

  readonly rows: readonly ListedProcess[] = $derived(
    this.#held === null
      ? arrange(this.#all ?? [], this.#order).map((process) => ({ process, gone: false }))
      : keepPlaces(this.#held, this.#all ?? [], this.#order),
  );

  get query(): string {
    return this.#query;
  }
  set query(query: string) {
    this.#query = query;
    this.#threads.ask(query);
    this.#rearrange();
  }

  /** The thread whose id is the query, if the list has no such process. */
  get thread(): ThreadOf | null {
    const thread = this.#threads.found;
    return thread !== null && thread.tid !== thread.pid && this.#query.trim() === String(thread.tid) ? thread : null;
  }

  get kernelThreads(): boolean {
    return this.#kernelThreads;
  }
  set kernelThreads(shown: boolean) {
    this.#kernelThreads = shown;
    this.#rearrange();
  }

  get sortKey(): SortKey {
    return this.#sortKey;
  }
  get descending(): boolean {
    return this.#descending;
  }

  /** Sorts by a column; a second call reverses the order. Figures start with the largest, words with A. */
  sortBy(key: SortKey): void {
    this.#descending = key === this.#sortKey ? !this.#descending : key === 'rss_kb';
    this.#sortKey = key;
    this.#rearrange();
  }

  receive(processes: readonly Process[]): void {
    this.#all = processes;
  }

  /** The person is in the list: nothing may move. */
  hold(): void {
    this.#held ??= this.rows.map((row) => row.process);
  }

  release(): void {
    this.#held = null;
  }

  find(pid: number): Process | null {
    return this.#all?.find((process) => process.pid === pid) ?? null;
  }

  /** A change requested by the person shows at once, even while held. */
  #rearrange(): void {
    if (this.#held !== null) this.#held = arrange(this.#all ?? [], this.#order);
  }
}
