import { AMOUNTS, type Amounts } from '@procmap/shared/use/breakdown/amounts.ts';
import type { BreakdownRow } from '@procmap/shared/use/breakdown/breakdown.ts';
import { describe, expect, it } from 'vitest';
import { rowTerm, sortedRows } from './breakdown-rows.ts';

const NONE = Object.fromEntries(AMOUNTS.map((amount) => [amount, 0])) as Amounts;
const STACKS: BreakdownRow = { ...NONE, use: 'thread_stack', of: '', count: 1300, virtual: 9000, resident: 5, rows: [] };
const UNKNOWN: BreakdownRow = { ...STACKS, use: null, count: 1, virtual: 10, resident: 7 };

describe('a row of the breakdown', () => {
  it('has a search that finds its mappings', () => {
    expect(rowTerm(STACKS)).toBe('use:thread_stack');
    expect(rowTerm(UNKNOWN)).toBe('use:none space:user');
  });

  it('is sorted by what is in memory, or by size', () => {
    expect(sortedRows([STACKS, UNKNOWN], 'resident')).toEqual([UNKNOWN, STACKS]);
    expect(sortedRows([UNKNOWN, STACKS], 'virtual')).toEqual([STACKS, UNKNOWN]);
  });
});
