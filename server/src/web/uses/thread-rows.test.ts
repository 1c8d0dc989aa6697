import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ThreadEvidence } from '@procmap/shared/use/evidence.ts';
import { mapOf } from '@procmap/shared/use/rules/map-text.fixture.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import { type ThreadRow, threadRows } from './thread-rows.ts';

const MAP = `
  7f0000000000-7f0000001000 ---p
  7f0000001000-7f0000081000 rw-p
  7f0000100000-7f0000140000 rw-p
  7f0000200000-7f0000240000 rw-p ; nh
  7ffe00000000-7ffe00021000 rw-p [stack]`;

function rowsOf(pointers: Readonly<Record<number, number | null>>, more: Partial<ThreadEvidence> = {}, pid = 99): ThreadRow[] {
  const entries = Object.entries(pointers).map(([tid, address]) => ({ tid: Number(tid), comm: 'c', stackPage: address === null ? null : address / 4096 }));
  const threads = { threads: entries, guards: [], left: 0, denied: '', ...more };
  const { table, evidence } = mapOf(MAP, { threads });
  const states = entries.map(({ tid }) => ({ tid, comm: 'c', state: 'S' }));
  return threadRows(states, { table, uses: identify(table, evidence), threads, smaps: null, pid });
}

describe('a row of a thread', () => {
  it('has the bounds and the guard of its stack', () => {
    const [main, guarded, bare] = rowsOf({ 1: 0x7ffe00020000, 2: 0x7f0000080000, 3: 0x7f000023f000 });
    expect(main?.stack).toMatchObject({ guardPages: null, isShared: false });
    expect(guarded?.stack).toMatchObject({ start: 0x7f0000001, end: 0x7f0000081, guardPages: 1 });
    expect(bare?.stack).toMatchObject({ guardPages: 0 });
    expect(bare?.evidence).toContain('nh');
  });

  it('of the first thread has the stack that the kernel names, also where no stack pointer is known', () => {
    const [main, other] = rowsOf({ 1: null, 2: null }, { left: 2 }, 1);
    expect(main).toMatchObject({ stack: { start: 0x7ffe00000, end: 0x7ffe00021 }, evidence: expect.stringContaining('[stack]') as string });
    expect(other?.stack).toBeNull();
  });

  it('shares a stack with others, whose guard is not its own', () => {
    const rows = rowsOf({ 2: 0x7f0000080000, 3: 0x7f0000070000, 4: 0x7f000023f000, 5: 0x7f0000230000 });
    expect(rows.map(({ stack }) => [stack?.isShared, stack?.guardPages])).toEqual([
      [true, null],
      [true, null],
      [true, 0],
      [true, 0],
    ]);
  });

  it('has stacks between guard pages', () => {
    const guards = [
      { start: 0x7f0000200, end: 0x7f0000201 },
      { start: 0x7f0000220, end: 0x7f0000222 },
    ];
    const rows = rowsOf({ 4: 0x7f000023f000, 5: 0x7f0000210000 }, { guards });
    expect(rows.map(({ stack }) => stack)).toMatchObject([
      { start: 0x7f0000222, end: 0x7f0000240, guardPages: 2, isShared: false },
      { start: 0x7f0000201, end: 0x7f0000220, guardPages: 1, isShared: false },
    ]);
  });

  it('says why it has no stack', () => {
    const why = (pointer: number | null, more: Partial<ThreadEvidence> = {}): string => {
      const [row] = rowsOf({ 1: pointer }, more);
      expect(row?.stack).toBe(null);
      return row?.evidence ?? '';
    };
    expect(why(null, { denied: 'yama forbids it' })).toBe('yama forbids it');
    expect(why(null, { left: 1 })).toContain('not read yet');
    expect(why(null)).toContain('told no stack pointer');
    expect(why(0x1000)).toContain('nothing is mapped');
    expect(why(0x7f0000110000)).toContain('no guard below');
  });

  it('that the evidence does not list was not read yet', () => {
    const { table, evidence } = mapOf(MAP);
    const asked = { table, uses: identify(table, evidence), threads: null, smaps: null, pid: 99 };
    expect(threadRows([{ tid: 1, comm: '', state: 'S' }], asked)).toMatchObject([{ stack: null, evidence: expect.stringContaining('not read yet') as string }]);
  });

  it('never lies outside of its mapping, and always says why', () =>
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0x7effffff0, max: 0x7f0000250 })), { maxLength: 8 }), (pages) => {
        const rows = rowsOf(Object.fromEntries(pages.map((page, i) => [i + 1, page === null ? null : page * 4096])));
        rows.forEach(({ stack, evidence }, i) => {
          expect(evidence).not.toBe('');
          if (stack === null) return;
          expect(stack.start).toBeLessThanOrEqual(pages[i] ?? -1);
          expect(stack.end).toBeGreaterThan(pages[i] ?? Infinity);
        });
      }),
    ));
});
