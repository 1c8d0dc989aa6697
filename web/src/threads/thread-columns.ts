import { type Layout, shownDigits } from '@procmap/shared/layout.ts';
import { formatAddress, KB_OF_PAGE } from '@procmap/shared/page.ts';
import { formatBytes, formatPages } from '@procmap/shared/units.ts';
import { processStateWord } from '@procmap/shared/words.ts';
import type { Thread } from './threads-answer.ts';

const NOT_KNOWN = '–';

/** A column of the list of threads: head, cells, order, width. */
interface ThreadColumnShape {
  readonly key: string;
  readonly text: string;
  readonly hint: string;
  readonly widthPx: number;
  readonly grow?: number;
  /** See visibleColumns(). */
  readonly keepAt: number;
  readonly right: boolean;
  readonly mono: boolean;
  readonly first: 'asc' | 'desc';
  readonly cell: (thread: Thread, layout: Layout) => string;
  /** To sort by; null sorts below all others. */
  readonly value: (thread: Thread) => number | string | null;
}

/** In display order. */
const COLUMNS = [
  {
    key: 'name',
    text: 'Name',
    hint: 'name of the thread',
    widthPx: 84,
    grow: 1,
    keepAt: 10,
    right: false,
    mono: false,
    first: 'asc',
    cell: ({ comm }) => comm,
    value: ({ comm }) => comm,
  },
  {
    key: 'tid',
    text: 'ID',
    hint: 'thread ID',
    widthPx: 52,
    keepAt: 20,
    right: true,
    mono: false,
    first: 'asc',
    cell: ({ tid }) => String(tid),
    value: ({ tid }) => tid,
  },
  {
    key: 'state',
    text: 'State',
    hint: 'state',
    widthPx: 96,
    keepAt: 60,
    right: false,
    mono: false,
    first: 'asc',
    cell: ({ state }) => processStateWord(state),
    value: ({ state }) => processStateWord(state),
  },
  {
    key: 'stack',
    text: 'Stack',
    hint: 'address of its stack',
    widthPx: 132,
    keepAt: 70,
    right: false,
    mono: true,
    first: 'desc',
    cell: ({ stack }, layout) => (stack === null ? 'not found' : formatAddress(stack.startPage, shownDigits(layout, stack.startPage))),
    value: ({ stack }) => stack?.startPage ?? null,
  },
  {
    key: 'size',
    text: 'Size',
    hint: 'size of its stack',
    widthPx: 64,
    keepAt: 50,
    right: true,
    mono: false,
    first: 'desc',
    cell: ({ stack }) => (stack === null ? '' : formatPages(stack.endPage - stack.startPage)),
    value: ({ stack }) => (stack === null ? null : stack.endPage - stack.startPage),
  },
  {
    key: 'used',
    text: 'Used',
    hint: 'how deep the stack was ever used: what of it is in memory',
    widthPx: 84,
    grow: 0.4,
    keepAt: 30,
    right: true,
    mono: false,
    first: 'desc',
    cell: ({ stack }) => (stack === null ? '' : stack.residentKb === null ? NOT_KNOWN : formatBytes(stack.residentKb * 1024)),
    value: ({ stack }) => stack?.residentKb ?? null,
  },
  {
    key: 'guard',
    text: 'Guard',
    hint: 'guard below the stack, where an overrun faults',
    widthPx: 64,
    keepAt: 40,
    right: false,
    mono: false,
    first: 'asc',
    cell: ({ stack }) => (stack === null ? '' : guardText(stack.guardBytes)),
    value: ({ stack }) => stack?.guardBytes ?? null,
  },
] as const satisfies readonly ThreadColumnShape[];

export type ThreadColumnKey = (typeof COLUMNS)[number]['key'];
export type ThreadColumn = ThreadColumnShape & { readonly key: ThreadColumnKey };

export const THREAD_COLUMNS: readonly ThreadColumn[] = COLUMNS;

function guardText(bytes: number | null): string {
  if (bytes === null) return NOT_KNOWN;
  return bytes === 0 ? 'no guard' : formatBytes(bytes);
}

/** An overrun of its stack hits other memory. */
export function hasNoGuard({ stack }: Thread): boolean {
  return stack?.guardBytes === 0;
}

/** Share of its stack that was ever used, in [0, 1]; null: not known. */
export function usedShare({ stack }: Thread): number | null {
  if (typeof stack?.residentKb !== 'number') return null;
  return Math.min(1, stack.residentKb / Math.max(1, (stack.endPage - stack.startPage) * KB_OF_PAGE));
}
