import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { referenceRows } from '../../test/maps-reference.ts';
import { TextBuffer, TooLarge } from '../reader/procfs/maps/text-buffer.ts';
import { findMappedRow } from './mapped-row.ts';

const folder = mkdtempSync(join(tmpdir(), 'procmap-row-'));
const file = join(folder, 'maps');
afterAll(() => rmSync(folder, { recursive: true }));

function find(text: string, page: number): ReturnType<typeof findMappedRow> {
  writeFileSync(file, text, 'latin1');
  return findMappedRow(file, page);
}

describe('a mapping found by its start', () => {
  it('finds each mapping of this process, and none at other addresses', () => {
    const rows = referenceRows(readFileSync('/proc/self/maps', 'latin1'));
    const text = readFileSync('/proc/self/maps', 'latin1');
    expect(rows.length).toBeGreaterThan(20);
    for (const { start, end } of rows) {
      const [startPage, endPage] = [Number(start / 4096n), Number(end / 4096n)];
      const row = find(text, startPage);
      expect([row?.startPage, row?.range.split('-').length]).toEqual([startPage, 2]);
      if (endPage - startPage > 1) expect(find(text, startPage + 1)).toBeNull();
    }
  });

  it('is found after lines of any length, with its exact name', () => {
    const long = `00001000-00002000 r--p 00000000 08:01 7                          /${'x'.repeat(200_000)}\n`;
    const text = `${long}00002000-00003000 r-xp 00001000 08:01 8                          /a b\\012 (deleted)\n`;
    expect(find(text, 2)).toEqual({
      range: '00002000-00003000',
      startPage: 2,
      firstPage: null,
      executable: true,
      writable: false,
      offset: 4096,
      device: '8:1',
      inode: 8n,
      name: '/a b\\012 (deleted)',
    });
    expect(find(text, 1)?.name.length).toBe(200_001);
    expect(() => find(`${'x'.repeat(2 ** 21)}\n`, 1)).toThrow('longer than a megabyte');
  });

  it('is looked for up to the text limit of a map, and no further', async () => {
    const long = `00001000-00002000 r--p 00000000 08:01 7                          /${'x'.repeat(999_000)}\n`;
    const usual = `00001000-00002000 r--p 00000000 08:01 7                          /${'x'.repeat(40)}\n`;
    const wanted = usual.replace('00001000', '00009000');
    const most = 64 * 2 ** 20;
    for (const [line, count, isTooLarge] of [
      [long, Math.ceil(most / long.length) + 1, true],
      [usual, Math.ceil(most / usual.length) + 1000, false],
    ] as const) {
      const text = line.repeat(count) + wanted;
      if (isTooLarge) expect(() => find(text, 9)).toThrow(TooLarge);
      else expect(find(text, 9)?.startPage).toBe(9);
      const shown = new TextBuffer().read(file, () => undefined).then(() => false);
      expect(await shown.catch((error: unknown) => error instanceof TooLarge)).toBe(isTooLarge);
    }
  }, 60_000);

  it('knows where its file is mapped from its beginning, nearest below', () => {
    const rows = ['1000-2000 r--p 00000000 08:01 7', '2000-3000 rw-p 00000000 00:00 0', '3000-4000 r-xp 00001000 08:01 7', '4000-5000 r-xp 00001000 08:01 9'];
    const text = rows.map((row) => `${row.replace(/^(\w+)-(\w+)/, (_, a: string, b: string) => `${a.padStart(8, '0')}-${b.padStart(8, '0')}`)}  /x\n`).join('');
    expect([find(text, 1), find(text, 3), find(text, 4)].map((row) => row?.firstPage)).toEqual([1, 1, null]);
  });
});
