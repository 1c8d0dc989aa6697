import { parse } from 'csv-parse/sync';
import { AMOUNTS, type Amounts } from '@procmap/shared/use/breakdown/amounts.ts';
import type { Breakdown, BreakdownRow } from '@procmap/shared/use/breakdown/breakdown.ts';
import { describe, expect, it } from 'vitest';
import { breakdownCsv, breakdownText } from './breakdown-text.ts';
import { displayWidth } from './output/columns.ts';
import { plain } from './output/paint.ts';

const NONE = Object.fromEntries(AMOUNTS.map((amount) => [amount, 0])) as Amounts;

function rowOf(use: BreakdownRow['use'], of: string, more: Partial<BreakdownRow>): BreakdownRow {
  return { ...NONE, use, of, count: 1, rows: [], ...more };
}

const OF: Breakdown = {
  total: { ...NONE, virtual: 9216, reserved: 4, untouched: 8100, resident: 1112, private: 1112, pss: 1112 },
  rows: [
    rowOf('thread_stack', '', {
      count: 7,
      virtual: 9212,
      untouched: 8100,
      resident: 1112,
      private: 1112,
      pss: 1112,
      rows: Array.from({ length: 7 }, (_, i) => rowOf('thread_stack', `=worker "${i}" 工作`, { virtual: 1316, resident: 158 })),
    }),
    rowOf(null, '', { virtual: 4, reserved: 4 }),
  ],
};

function lines(statusRssKb: number | null, width = 72): string[] {
  return [...breakdownText(OF, statusRssKb, plain, width)].join('').split('\n');
}

describe('the breakdown', () => {
  it('is a table of equally wide lines, without columns that are empty', () => {
    const table = lines(1112).slice(4, -1);
    expect(table[0]).toMatch(/virtual +reserved +untouched +resident +private +shared +PSS$/);
    const widths = table.filter((line) => !line.startsWith('  and')).map((line) => displayWidth(line));
    expect(new Set(widths).size).toBe(1);
    expect(table[1]).toMatch(/^thread stacks ×7 +9 MB +- +7.91 MB +1.09 MB/);
    expect(table.filter((line) => line.startsWith('  =worker'))).toHaveLength(5);
    expect(table).toContain('  and 2 more');
    expect(table.at(-2)).toMatch(/^not known +4 KB/);
    expect(table.at(-1)).toMatch(/^total +9 MB/);
  });

  it('is as wide as asked, if that is not too narrow', () => {
    expect(displayWidth(lines(1112, 150).slice(4)[0] ?? '')).toBe(150);
    expect(lines(1112, 48)).toEqual(lines(1112));
  });

  it('says where the kernel counted another RSS, and nothing where it did not', () => {
    expect(lines(1112).join('\n')).not.toContain('VmRSS');
    expect(lines(1100).at(-2)).toMatch(/^VmRSS of \/proc\/PID\/status was 12 KB less/);
    expect(lines(null).join('\n')).not.toContain('VmRSS');
  });

  it('as CSV has a row for each part, which add up, and is safe to open', () => {
    const rows = parse<Record<string, string>>([...breakdownCsv(OF)].join(''), { columns: true });
    expect(rows).toHaveLength(8);
    expect(rows[0]).toMatchObject({ use: 'thread_stack', of: `'=worker "0" 工作`, count: '1', virtual_kb: '1316', resident_kb: '158' });
    expect(rows.at(-1)).toMatchObject({ use: '', virtual_kb: '4', reserved_kb: '4' });
  });
});
