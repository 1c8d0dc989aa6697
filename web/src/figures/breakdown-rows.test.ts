import { AMOUNTS, type Amounts } from '@procmap/shared/use/breakdown/amounts.ts';
import type { BreakdownRow } from '@procmap/shared/use/breakdown/breakdown.ts';
import { describe, expect, it } from 'vitest';
import { rowFacts, rowTerm, sortedRows } from './breakdown-rows.ts';

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

  it('says what it is made of, and nothing of what is zero', () => {
    expect(rowFacts({ ...STACKS, reserved: 4, untouched: 8991, private: 3, shared: 2, pss: 4 })).toBe(
      '1,300 mappings: 4 KB reserved, 8.78 MB never touched, 3 KB private, 2 KB shared, PSS 4 KB',
    );
    expect(rowFacts({ ...UNKNOWN, resident: 0, virtual: 4, reserved: 4 })).toBe('1 mapping: 4 KB reserved');
    expect(rowFacts({ ...UNKNOWN, virtual: 2048, resident: 2048, private: 2048, hugetlb: 2048 })).toBe('1 mapping: 2 MB private, 2 MB of hugetlbfs');
  });
});
