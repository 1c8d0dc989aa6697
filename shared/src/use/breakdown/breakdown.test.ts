import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FiguresBuilder } from '../../output/smaps-json.ts';
import { mapOf } from '../rules/map-text.fixture.ts';
import { identify } from '../rules/identify.ts';
import { AMOUNTS, type Amounts } from './amounts.ts';
import { breakdown, type Breakdown, type BreakdownRow } from './breakdown.ts';
import { breakdownSentences } from './sentences.ts';

const MAP = `
  550000000000-550000010000 r-xp /bin/a
  550000100000-550000121000 rw-p [heap]
  7f0000000000-7f0000001000 ---p ; nh
  7f0000001000-7f0000801000 rw-p ; rd wr nh
  7f0004000000-7f0004700000 rw-p ; rd wr nr
  7f0004700000-7f0008000000 ---p ; nr
  7f0010000000-7f0010100000 rw-p ; rd wr ac`;

interface Figures {
  readonly rss?: number;
  readonly shared?: number;
  readonly swap?: number;
  readonly hugetlb?: number;
}

/** The breakdown of MAP, or of `text`, with these figures (KiB) for each of its rows. */
function ofMap(text: string, figures: readonly Figures[]): Breakdown {
  const { table, evidence } = mapOf(text);
  const builder = new FiguresBuilder(['start', 'end', 'rss_kb', 'shared_clean_kb', 'private_dirty_kb', 'private_hugetlb_kb', 'swap_kb', 'vm_flags']);
  text
    .trim()
    .split('\n')
    .forEach((line, row) => {
      const [range = '', perms = ''] = line.trim().split(' ');
      const [start = '', end = ''] = range.split('-');
      const { rss = 0, shared = 0, swap = 0, hugetlb = 0 } = figures[row] ?? {};
      const flags = `${perms.startsWith('r') ? 'rd ' : ''}${perms[1] === 'w' ? 'wr ' : ''}${perms[2] === 'x' ? 'ex ' : ''}mr`;
      builder.add([`0x${start}`, `0x${end}`, rss, shared, rss - shared, hugetlb, swap, flags]);
    });
  return breakdown(identify(table, evidence), builder.finish());
}

function rowOf({ rows }: Breakdown, use: string | null): BreakdownRow | undefined {
  return rows.find((row) => row.use === use);
}

describe('breakdown()', () => {
  it('has a row for each use, with what is reserved, untouched and in memory', () => {
    const of = ofMap(MAP, [{ rss: 40, shared: 40 }, { rss: 100 }, {}, { rss: 80 }, { rss: 7000, swap: 8 }, {}, { rss: 16 }]);
    expect(of.rows.map(({ use }) => use)).toEqual(['malloc_arena', 'heap', 'thread_stack', 'library', null, 'stack_guard']);
    expect(rowOf(of, 'malloc_arena')).toMatchObject({ count: 1, virtual: 65_536, reserved: 58_368, untouched: 160, resident: 7000, swap: 8 });
    expect(rowOf(of, 'library')).toMatchObject({ resident: 40, shared: 40, private: 0 });
    expect(rowOf(of, 'stack_guard')).toMatchObject({ count: 1, virtual: 4, reserved: 4 });
    expect(of.total.resident).toBe(40 + 100 + 80 + 7000 + 16);
  });

  it('counts pages of hugetlbfs as in memory', () => {
    expect(ofMap('7f0000000000-7f0000400000 rw-p ; rd wr ht', [{ hugetlb: 2048 }]).rows).toMatchObject([
      { use: 'huge_pages', resident: 2048, private: 2048, hugetlb: 2048, untouched: 2048 },
    ]);
  });

  it('lists the largest parts of a use, and the others together', () => {
    const lines = Array.from(
      { length: 300 },
      (_, i) => `7f${i.toString(16).padStart(4, '0')}000000-7f${i.toString(16).padStart(4, '0')}001000 r-xp /lib/${i}.so`,
    );
    const [libraries] = ofMap(
      lines.join('\n'),
      lines.map(() => ({ rss: 4 })),
    ).rows;
    expect(libraries).toMatchObject({ use: 'library', count: 300, resident: 1200 });
    expect(libraries?.rows).toHaveLength(201);
    expect(libraries?.rows.at(-1)).toMatchObject({ of: 'others', count: 100, resident: 400 });
  });

  it('tells both sides of a border that has moved since', () => {
    const text = `
      550000100000-550000121000 rw-p [heap]
      7f0004000000-7f0004700000 rw-p ; rd wr nr
      7f0004700000-7f0008000000 ---p ; nr`;
    const { table, evidence } = mapOf(text);
    const read = (heapEnd: string, border: string): Breakdown => {
      const builder = new FiguresBuilder(['start', 'end', 'rss_kb', 'vm_flags']);
      builder.add(['0x550000100000', heapEnd, 100, 'rd wr']);
      builder.add(['0x7f0004000000', border, 1000, 'rd wr nr']);
      builder.add([border, '0x7f0008000000', 0, 'nr']);
      return breakdown(identify(table, evidence), builder.finish());
    };
    for (const of of [read('0x550000110000', '0x7f0004600000'), read('0x550000200000', '0x7f0004800000')])
      expect(of.rows.map(({ use, resident }) => [use, resident])).toEqual([
        ['malloc_arena', 1000],
        ['heap', 100],
      ]);
  });

  it('does not tell another file that was at the place', () => {
    const { table, evidence } = mapOf('7f0000000000-7f0000010000 r-xp /lib/a.so');
    const rows = (inode: number): BreakdownRow[] => {
      const builder = new FiguresBuilder(['start', 'end', 'rss_kb', 'vm_flags', 'device', 'inode', 'offset']);
      builder.add(['0x7f0000000000', '0x7f0000010000', 12, 'rd ex', '00:01', inode, '0x0']);
      return [...breakdown(identify(table, evidence), builder.finish()).rows];
    };
    expect(rows(table.inodeLow[0] ?? 0).map(({ use }) => use)).toEqual(['library']);
    expect(rows(4711).map(({ use }) => use)).toEqual([null]);
  });

  it('does not tell a mapping that has changed since', () => {
    const { table, evidence } = mapOf(MAP);
    const builder = new FiguresBuilder(['start', 'end', 'rss_kb', 'vm_flags']);
    builder.add(['0x7f0000000000', '0x7f0000801000', 12, 'rd wr']);
    expect(breakdown(identify(table, evidence), builder.finish()).rows).toMatchObject([{ use: null, resident: 12, count: 1 }]);
  });

  it('adds up: in each row and over all of them, and nothing is negative', () => {
    const figures = fc.array(
      fc.record({ rss: fc.integer({ min: 0, max: 8 }), swap: fc.integer({ min: 0, max: 8 }) }).map(({ rss, swap }) => ({ rss: rss * 4, swap: swap * 4 })),
      { minLength: 7, maxLength: 7 },
    );
    // Room for all of them in each mapping.
    const map = MAP.replace('7f0000001000 ---p', '7f0000011000 ---p').replace('7f0000001000-', '7f0000011000-');
    fc.assert(
      fc.property(figures, (each) => {
        const of = ofMap(map, each);
        for (const row of [of.total, ...of.rows, ...of.rows.flatMap(({ rows }) => rows)]) {
          expect(row.reserved + row.untouched + row.resident + row.swap).toBe(row.virtual);
          expect(row.private + row.shared).toBe(row.resident);
          for (const amount of AMOUNTS) expect(row[amount]).toBeGreaterThanOrEqual(0);
        }
        for (const amount of AMOUNTS) {
          expect(sum(of.rows, amount)).toBe(of.total[amount]);
          for (const row of of.rows) if (row.rows.length > 0) expect(sum(row.rows, amount)).toBe(row[amount]);
        }
      }),
    );
  });
});

function sum(rows: readonly Amounts[], amount: keyof Amounts): number {
  return rows.reduce((total, row) => total + row[amount], 0);
}

describe('the sentences', () => {
  it('say what matters with the same figures', () => {
    const of = ofMap(MAP, [{ rss: 40, shared: 40 }, { rss: 100 }, {}, { rss: 80 }, { rss: 7000 }, {}, { rss: 3000 }]);
    expect(breakdownSentences(of)).toEqual([
      '73.2 MB of address space: 9.98 MB in memory, 63.2 MB reserved or never touched, most of it malloc arenas (57.2 MB).',
      'Largest in memory: malloc arenas (6.84 MB), then memory of unknown use (2.93 MB); 9.94 MB private, 40 KB shared.',
      'The use of 2.93 MB in memory is not known.',
    ]);
  });
});
