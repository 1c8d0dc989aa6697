import { THREAD_COLUMNS, type ThreadColumnKey } from './thread-columns.ts';
import { arrangeThreads, type ThreadSort } from './thread-order.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { Thread } from './threads-answer.ts';

const BY_ID: ThreadSort = { column: 'tid', descending: false };

/** The list of threads: filter, order, and where the keyboard is in it. */
export class ThreadsModel {
  readonly #threads: () => readonly Thread[];
  #query = $state.raw('');
  #sort = $state.raw(BY_ID);
  /** Stays at its thread when the order changes. */
  #activeTid = $state.raw<number | null>(null);
  #inHead = $state.raw(false);
  /** Index of the visible column; -1: the whole row. */
  #cell = $state.raw(-1);

  constructor(threads: () => readonly Thread[]) {
    this.#threads = threads;
  }

  readonly rows: readonly Thread[] = $derived.by(() => arrangeThreads(this.#threads(), this.#query, this.#sort));
  /** Index of the active row, or -1. */
  readonly active: number = $derived.by(() => this.rows.findIndex(({ tid }) => tid === this.#activeTid));

  get query(): string {
    return this.#query;
  }
  set query(query: string) {
    this.#query = query;
  }
  get sort(): ThreadSort {
    return this.#sort;
  }
  /** The keyboard is at a column head. */
  get inHead(): boolean {
    return this.#inHead;
  }
  get cell(): number {
    return this.#cell;
  }

  /** Sorts by a column; a second call reverses the order. */
  sortBy(column: ThreadColumnKey): void {
    const first = THREAD_COLUMNS.find(({ key }) => key === column)?.first ?? 'asc';
    this.#sort = { column, descending: column === this.#sort.column ? !this.#sort.descending : first === 'desc' };
  }

  /** To a row; the keyboard leaves heads, and cells if `whole`. Returns its index, or -1. */
  moveTo(row: number, whole = false): number {
    const at = Math.max(0, Math.min(this.rows.length - 1, row));
    const thread = this.rows[at];
    if (thread === undefined) return -1;
    this.#inHead = false;
    if (whole) this.#cell = -1;
    this.#activeTid = thread.tid;
    return at;
  }

  /** To the first thread whose stack begins in these pages, also if the filter hides it. Returns its index, or -1. */
  moveToStack({ startPage, endPage }: PageRange): number {
    const isIn = ({ stack }: Thread): boolean => stack !== null && stack.startPage >= startPage && stack.startPage < endPage;
    if (!this.rows.some(isIn)) this.#query = '';
    const row = this.rows.findIndex(isIn);
    return row < 0 ? -1 : this.moveTo(row, true);
  }

  toHead(): void {
    this.#inHead = true;
    this.#cell = Math.max(0, this.#cell);
  }

  toCell(cell: number, columns: number): void {
    this.#cell = Math.max(this.#inHead ? 0 : -1, Math.min(columns - 1, cell));
  }
}
