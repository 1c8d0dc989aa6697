import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleColumns } from '../ui/visible-columns.ts';
import { hasNoGuard, THREAD_COLUMNS, type ThreadColumnKey, usedShare } from './thread-columns.ts';
import { arrangeThreads, sumThreads } from './thread-order.ts';
import type { Thread } from './threads-answer.ts';

const stacks = fc.record({
  startPage: fc.integer({ min: 1, max: 2 ** 40 }),
  endPage: fc.integer({ min: 2 ** 40 + 1, max: 2 ** 40 + 2048 }),
  residentKb: fc.option(fc.nat(8192)),
  guardBytes: fc.option(fc.constantFrom(0, 4096, 65_536)),
});
const threads: fc.Arbitrary<readonly Thread[]> = fc.uniqueArray(
  fc.record({
    tid: fc.integer({ min: 1, max: 4_194_304 }),
    comm: fc.oneof(fc.string({ maxLength: 15 }), fc.constantFrom('worker-1', 'worker-10', 'worker-2')),
    state: fc.constantFrom('R', 'S', 'D', 'T'),
    stack: fc.option(stacks),
    evidence: fc.constant(''),
  }),
  { selector: ({ tid }) => tid, maxLength: 40 },
);
const keys = fc.constantFrom(...THREAD_COLUMNS.map(({ key }) => key));

function thread(tid: number, comm: string, stack: Thread['stack'] = null): Thread {
  return { tid, comm, state: 'S', stack, evidence: '' };
}

function tids(list: readonly Thread[]): number[] {
  return list.map(({ tid }) => tid);
}

describe('the list of threads', () => {
  it('has each thread once, sorted by any column both ways, ties by id; what is not known is below all', () =>
    fc.assert(
      fc.property(threads, keys, fc.boolean(), (all, column, descending) => {
        const sorted = arrangeThreads(all, '', { column, descending });
        expect(tids(sorted).sort((a, b) => a - b)).toEqual(tids(all).sort((a, b) => a - b));
        const value = THREAD_COLUMNS.find(({ key }) => key === column)?.value;
        for (let i = 1; i < sorted.length; i++) {
          const [a, b] = [sorted[i - 1], sorted[i]];
          if (a === undefined || b === undefined || value === undefined) throw new Error('no such row');
          const [x, y] = [value(a), value(b)];
          if (x === y) expect(a.tid).toBeLessThan(b.tid);
          else if (typeof x !== 'string' && typeof y !== 'string')
            expect(descending ? (x ?? -1) > (y ?? -1) : (x ?? -1) < (y ?? -1), `${String(x)} ${String(y)}`).toBe(true);
        }
      }),
    ));

  it('sorts names as people count, and filters by parts of names and beginnings of ids', () => {
    const all = [thread(31, 'worker-10'), thread(30, 'worker-2'), thread(12, 'main'), thread(312, 'gc')];
    const found = (query: string): number[] => tids(arrangeThreads(all, query, { column: 'name', descending: false }));
    expect(found('')).toEqual([312, 12, 30, 31]);
    expect(found('WORK')).toEqual([30, 31]);
    expect(found('31')).toEqual([312, 31]);
    expect(found('31 work')).toEqual([31]);
    expect(found('12')).toEqual([12]);
  });

  it('raises an alarm for a stack without a guard, not where that is not known', () => {
    const stack = { startPage: 16, endPage: 32, residentKb: 16, guardBytes: 0 };
    const all = [
      thread(1, 'a', stack),
      thread(2, 'b', { ...stack, guardBytes: null }),
      thread(3, 'c', { ...stack, guardBytes: 4096, residentKb: null }),
      thread(4, 'd'),
    ];
    expect(all.map(hasNoGuard)).toEqual([true, false, false, false]);
    const cells = (key: ThreadColumnKey): string[] => all.map((each) => THREAD_COLUMNS.find((column) => column.key === key)?.cell(each, LAYOUT_64) ?? '');
    expect(cells('guard')).toEqual(['no guard', '–', '4 KB', '']);
    expect(cells('used')).toEqual(['16 KB', '16 KB', '–', '']);
    expect(cells('stack').at(-1)).toBe('not found');
    expect(all.map(usedShare)).toEqual([0.25, 0.25, null, null]);
    expect(sumThreads(all)).toEqual({ stacks: 3, pages: 48, usedKb: 32, withoutGuard: 1 });
  });

  it('keeps name, id, use and guard on the narrowest page', () => {
    const shown = (widthPx: number): string[] => visibleColumns(widthPx, THREAD_COLUMNS).map(({ key }) => key);
    expect(shown(345)).toEqual(['name', 'tid', 'used', 'guard']);
    expect(shown(784)).toHaveLength(THREAD_COLUMNS.length);
  });

  it('is sorted and filtered in time for 10,000 threads', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => thread(i + 1, `worker-${(i * 7919) % 10_000}`));
    const begin = performance.now();
    expect(arrangeThreads(many, 'worker', { column: 'name', descending: true })).toHaveLength(10_000);
    // 20 ms; a busy machine gets its time.
    expect(performance.now() - begin).toBeLessThan(2000);
  });
});
