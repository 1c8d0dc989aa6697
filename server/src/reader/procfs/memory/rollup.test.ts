import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ROLLUP } from '../../../../test/rollup-text.ts';
import { useFixtures } from '../../../../test/use-fixtures.ts';
import { parseRollup, readRollup, type Rollup } from './rollup.ts';

const startFixture = useFixtures();
const folder = mkdtempSync(join(tmpdir(), 'procmap-rollup-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Sums of a folder that only has smaps, like a process in an older kernel. */
function summedUp(smaps: string): Rollup | null {
  writeFileSync(join(folder, 'smaps'), smaps);
  writeFileSync(join(folder, 'statm'), '100 10 5 1 0 50 0\n');
  return readRollup((file) => join(folder, file));
}

describe('the text of smaps_rollup', () => {
  it('is summed up like smem does with smaps, label by label; huge pages are separate', () =>
    expect(parseRollup(ROLLUP)).toEqual({
      from: 'smaps_rollup',
      smem: { swap_kb: 77, uss_kb: 9130, pss_kb: 9156, rss_kb: 9160 },
      hugetlbKb: 2048,
    }));

  it('is read whatever the order of its lines and the lines between them', () => {
    const [first = '', ...lines] = ROLLUP.trimEnd().split('\n');
    const others = ['', 'Rss: kB', 'Rss:\t', 'XRss:  1 kB', ' Rss:  1 kB', 'Pss 1 kB', 'Swap:  1 MB', 'VmFlags: rd wr'];
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), fc.shuffledSubarray(others), (shuffled, more) => {
        expect(parseRollup([first, ...more, ...shuffled, ''].join('\n'))).toEqual(parseRollup(ROLLUP));
        expect(parseRollup([first, ...shuffled, ...more, ''].join('\n'))).toEqual(parseRollup(ROLLUP));
      }),
    );
  });

  it('is exact for the largest address space', () => {
    const most = 2 ** 54 / 1024;
    expect(parseRollup(`x\nRss: ${most} kB\nPss: ${most} kB\n`)).toMatchObject({ smem: { rss_kb: most, pss_kb: most } });
  });

  it('is null without its lines, and never throws', () => {
    for (const text of ['', '\n', 'Rss: 1 kB\n', ROLLUP.slice(0, 80)]) expect(parseRollup(text)).toBeNull();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat(ROLLUP.length).map((length) => ROLLUP.slice(0, length)),
        ),
        (text) => {
          const found = parseRollup(text);
          if (found === null) return;
          for (const figure of [...Object.values<number | null>({ ...found.smem }), found.hugetlbKb])
            expect(figure === null || (Number.isSafeInteger(figure) && figure >= 0)).toBe(true);
        },
      ),
    );
  });
});

describe('smaps, where there is no smaps_rollup', () => {
  it('has the same sums, except for rounding of PSS per mapping', async () => {
    // A process that nothing changes, read in one go.
    const { pid } = await startFixture('many', '3000');
    const read = (file: string): string => readFileSync(`/proc/${pid}/${file}`, 'latin1');
    // Other processes that start or end change the share of library pages. One that does both in between is only seen
    // by smaps, so each file is read twice.
    const looks = ['smaps_rollup', 'smaps', 'smaps_rollup', 'smaps', 'smaps_rollup'];
    let texts: Set<string>;
    do texts = new Set(looks.map(read));
    while (texts.size > 2);
    const [rollupText = '', smaps = ''] = texts;
    const rollup = parseRollup(rollupText);
    const sum = summedUp(smaps);
    expect(sum).toMatchObject({ from: 'smaps', hugetlbKb: 0, smem: { ...rollup?.smem, pss_kb: expect.any(Number) as number } });
    const lost = (rollup?.smem.pss_kb ?? NaN) - (sum?.smem.pss_kb ?? NaN);
    expect(lost).toBeGreaterThanOrEqual(0);
    expect(lost).toBeLessThanOrEqual(smaps.match(/^VmFlags:/gm)?.length ?? NaN);
  });

  it('has no sum if one mapping lacks the figure, and is null without mappings', () => {
    const row = (at: number, ...figures: string[]): string => `0000${at}000-0000${at + 1}000 rw-p 00000000 00:00 0 \n${figures.join(' kB\n')} kB\n`;
    const sum = summedUp(row(1, 'Rss: 4', 'Pss: 3', 'Swap: 1', 'Private_Clean: 1') + row(2, 'Rss: 8', 'Pss: 5', 'Private_Clean: 2'));
    expect(sum).toEqual({ from: 'smaps', smem: { rss_kb: 12, pss_kb: 8, swap_kb: null, uss_kb: null }, hugetlbKb: null });
    expect(summedUp('')).toBeNull();
    expect(() => summedUp('0000 what is this\n')).toThrow(RangeError);
  });

  it('has no sums for a map that changes during the read', () => {
    const row = (at: string): string => `${at} rw-p 00000000 00:00 0 \nRss:  4 kB\nPss:  4 kB\nSwap:  0 kB\n`;
    const untold = { from: 'smaps', smem: { rss_kb: null, pss_kb: null, swap_kb: null, uss_kb: null }, hugetlbKb: null };
    expect(summedUp(row('00001000-00003000') + row('00002000-00004000'))).toEqual(untold);
    expect(summedUp(row('00001000-00003000') + row('00003000-00004000'))).toMatchObject({ smem: { rss_kb: 8 } });
    // Mapped sizes at each look.
    const statmOf = (...sizes: number[]): ((file: string) => string) => {
      const looks = sizes.map((size, i) => {
        writeFileSync(join(folder, `statm${i}`), `${size} 10 5 1 0 50 0\n`);
        return join(folder, `statm${i}`);
      });
      return (file) => (file === 'statm' ? (looks.shift() ?? '') : join(folder, file));
    };
    expect(readRollup(statmOf(1, 2, 3, 4, 5, 6))).toEqual(untold);
    expect(readRollup(statmOf(1, 2, 2, 2))).toMatchObject({ smem: { rss_kb: 8 } });
  });

  it('is not read if there is one', () => {
    writeFileSync(join(folder, 'smaps_rollup'), ROLLUP);
    expect(summedUp('')).toMatchObject({ from: 'smaps_rollup', hugetlbKb: 2048 });
    rmSync(join(folder, 'smaps_rollup'));
    rmSync(join(folder, 'smaps'));
    expect(() => readRollup((file) => join(folder, file))).toThrow(expect.objectContaining({ code: 'ENOENT' }) as Error);
  });
});
