import { describe, expect, it } from 'vitest';
import { AMOUNTS, type Amounts } from './amounts.ts';
import type { BreakdownRow } from './breakdown.ts';
import { partsBelow, rowTitle } from './row-title.ts';

const NONE = Object.fromEntries(AMOUNTS.map((amount) => [amount, 0])) as Amounts;

function rowOf(use: BreakdownRow['use'], count: number, parts: readonly string[] = []): BreakdownRow {
  return { ...NONE, use, of: '', count, rows: parts.map((of) => ({ ...NONE, use, of, count: 1, rows: [] })) };
}

describe('the title of a row', () => {
  it.each([
    [rowOf('thread_stack', 1300, ['a 1', 'b 2']), 'thread stacks ×1,300'],
    [rowOf(null, 1), 'not known'],
    [rowOf('file', 1, ['modules']), 'mapped file: modules'],
    [rowOf('gc_heap', 5, ['Java heap']), 'Java heap ×5'],
    [rowOf('malloc_arena', 1, ['1 MB of 64 MB committed']), 'malloc arena: 1 MB of 64 MB committed'],
    [rowOf('malloc_arena', 12, ['132 KB of 64 MB committed']), 'malloc arenas ×12'],
  ])('is %#: %s', (row, title) => {
    expect(rowTitle(row)).toBe(title);
  });

  it('holds a single part, which is not listed again', () => {
    expect(partsBelow(rowOf('file', 1, ['modules']))).toEqual([]);
    expect(partsBelow(rowOf('file', 2, ['a', 'b']))).toHaveLength(2);
    expect(partsBelow(rowOf('malloc_arena', 12, ['132 KB of 64 MB committed']))).toHaveLength(1);
  });
});
