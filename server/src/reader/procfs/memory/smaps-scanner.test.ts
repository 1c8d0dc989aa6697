import { FIGURE_COLUMNS, FIGURE_ROW_CELLS, FLAG_SET_CELL } from '@procmap/shared/figures/mapping-figures.ts';
import { readFileSync } from 'node:fs';
import { formatDevice, formatInode } from '@procmap/shared/region.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmapsScanner } from './smaps-scanner.ts';

interface Row {
  readonly start: number;
  readonly end: number;
  readonly kb: readonly number[];
  readonly flags: string;
  /** `00003000 00:27 5`; '' if unknown. */
  readonly file: string;
}

function fileOf([device = NaN, low = NaN, high = NaN, offset = NaN]: readonly number[]): string {
  return Number.isNaN(device) ? '' : `${offset.toString(16).padStart(5, '0')}000 ${formatDevice(device)} ${formatInode(low, high)}`;
}

/** Result of a scanner for these chunks, with a take() after each. */
function scan(chunks: readonly Buffer[]): { rows: Row[]; torn: boolean } {
  const scanner = new SmapsScanner();
  const rows: Row[] = [];
  const flagSets: string[] = [];
  const take = (): void => {
    const part = scanner.take();
    flagSets.push(...part.flagSets);
    for (let at = 0; at < part.cells.length; at += FIGURE_ROW_CELLS) {
      const cells = [...part.cells.subarray(at, at + FIGURE_ROW_CELLS)];
      rows.push({
        start: cells[0] ?? 0,
        end: cells[1] ?? 0,
        kb: cells.slice(2, FLAG_SET_CELL),
        flags: flagSets[cells[FLAG_SET_CELL] ?? 0] ?? '?',
        file: fileOf(cells.slice(FLAG_SET_CELL + 1)),
      });
    }
  };
  for (const chunk of chunks) {
    scanner.push(chunk);
    take();
  }
  scanner.finish();
  take();
  return { rows, torn: scanner.torn };
}

/** The same by regular expressions, line by line. */
function reference(text: string): Row[] {
  const rows: { start: number; end: number; kb: number[]; flags: string; file: string }[] = [];
  for (const line of text.split('\n')) {
    const head = /^([0-9a-f]+)000-([0-9a-f]+)000 (?:\S{4} (\S+ \S+ [0-9]+))?/.exec(line);
    if (head !== null)
      rows.push({
        start: Number.parseInt(head[1] ?? '', 16),
        end: Number.parseInt(head[2] ?? '', 16),
        kb: FIGURE_COLUMNS.map(() => NaN),
        flags: '',
        file: head[3] ?? '',
      });
    const [, label, kb] = /^([A-Z]\w*): +([0-9]+) kB$/.exec(line) ?? [];
    const column = FIGURE_COLUMNS.findIndex(([, word]) => word === label);
    const row = rows.at(-1);
    if (row !== undefined && column >= 0) row.kb[column] = Number(kb);
    if (row !== undefined && line.startsWith('VmFlags:')) row.flags = line.slice('VmFlags:'.length).trim();
  }
  return rows;
}

const OWN = readFileSync('/proc/self/smaps');

/** Cuts the text at these places. */
function cut(text: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return sorted.slice(1).map((to, i) => text.subarray(sorted[i], to));
}

describe('the text of smaps', () => {
  it('is parsed like a line-by-line parser does, wherever it is cut', () => {
    expect(scan([OWN]).rows).toEqual(reference(OWN.toString('latin1')));
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 8 }), (places) => {
        expect(scan(cut(OWN, places)).rows).toEqual(reference(OWN.toString('latin1')));
      }),
      { numRuns: 20 },
    );
  });

  it('may have labels in any order, new ones, and others for each mapping', () => {
    const labels = [...FIGURE_COLUMNS.map(([, word]) => word), 'ProtectionKey', 'Brand_New', 'RssX', 'Rs'];
    const mapping = fc.array(fc.tuple(fc.constantFrom(...labels), fc.maxSafeNat()), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(mapping, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 4 }), (mappings, places) => {
        const text = mappings
          .map((lines, i) => {
            const once = new Map(lines);
            return [
              `${(i + 1).toString(16).padStart(5, '0')}000-${(i + 2).toString(16).padStart(5, '0')}000 rw-p 00000000 00:00 0 `,
              ...[...once].map(([label, kb]) => `${label}: ${kb} kB`),
              '',
            ].join('\n');
          })
          .join('');
        expect(scan(cut(Buffer.from(text), places)).rows).toEqual(reference(text));
      }),
    );
  });

  it('never takes a part of a name for a figure', () => {
    const name = '/tmp/a\\012Rss: 9 kB\\01200001000-00002000 r--p: Pss: 7 kB VmFlags: rd';
    const text = `00001000-00002000 r--p 00000000 08:01 7   ${name.repeat(300)}\nRss:                 4 kB\nSize: 4 kB\nTHPeligible:    1\nPss: 8 MB\nSwap: kB\nVmFlags: rd mr  \n`;
    const [row] = scan([Buffer.from(text)]).rows;
    expect(row).toMatchObject({ start: 1, end: 2, flags: 'rd mr', file: '00000000 08:01 7' });
    expect(Object.fromEntries(FIGURE_COLUMNS.map(([column], i) => [column, row?.kb[i]]))).toMatchObject({ rss: 4, pss: NaN, swap: NaN });
  });

  it('identifies the mapped file to the last bit of the inode, and leaves it unset for a malformed line', () => {
    const head = (rest: string): string => scan([Buffer.from(`00001000-00002000 rw-s 00003000 ${rest}\nRss: 4 kB\n`)]).rows[0]?.file ?? '';
    expect(head('fe:00 18446744073709551615                    /x')).toBe('00003000 fe:00 18446744073709551615');
    expect(head('00:10ffff 7 /x')).toBe('');
    expect(head('103:0a 9 ')).toBe('00003000 103:0a 9');
    expect(['', '08:01', '08:01 ', '08 01 7', 'x'].map(head)).toEqual(['', '', '', '', '']);
  });

  it('reports overlapping rows, and leaves the later one out', () => {
    const text =
      '00001000-00003000 r--p 00000000 00:00 0 \nRss: 4 kB\n00002000-00004000 r--p 00000000 00:00 0 \nRss: 8 kB\n00004000-00005000 r--p 00000000 00:00 0 \nRss: 12 kB\n';
    const { rows, torn } = scan([Buffer.from(text)]);
    expect(rows.map(({ start, kb }) => [start, kb[0]])).toEqual([
      [1, 4],
      [4, 12],
    ]);
    expect(torn).toBe(true);
    expect(scan([OWN]).torn).toBe(false);
  });

  it.each(['ff\n', '00001000 00002000 r--p\n', '00002000-00001000 r--p 0 \n', '00001001-00002000 r--p\n'])('is none: %j', (text) =>
    expect(() => scan([Buffer.from(text)])).toThrow(RangeError),
  );
});

it('takes no longer for a name of megabytes than for as many short ones, wherever it is cut', () => {
  const row = (page: number, name: string): string =>
    `0000${page}000-0000${page + 1}000 rw-p 00000000 00:00 7 ${name}\nRss:                   4 kB\nVmFlags: rd wr\n`;
  for (const length of [4000, 4096, 5000, 20_000_000]) {
    const text = Buffer.from(row(1000, '/short') + row(1002, `/${'x'.repeat(length)}`) + row(1004, '/short'));
    const places = Array.from({ length: Math.floor(text.length / 32_768) }, (_, i) => 32_768 * (i + 1));
    const before = process.cpuUsage().user;
    expect(scan(cut(text, places)).rows.map(({ start, kb, flags }) => [start.toString(16), kb[0], flags])).toEqual(
      [1000, 1002, 1004].map((page) => [String(page), 4, 'rd wr']),
    );
    // A second of CPU time; with quadratic growth it would be twenty.
    expect(process.cpuUsage().user - before).toBeLessThan(3e6);
  }
});
