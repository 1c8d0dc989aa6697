import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { ModuleInGuest } from './lkm-guest.ts';
import { type GuestReport, type Range, union } from './lkm-report.ts';

/** Position of the second read of offset_reads in lkm-in-guest.sh. */
const OFFSET_BYTES = 4000;
const SIZES: Record<string, bigint> = {
  '4K': 2n ** 12n,
  '64K': 2n ** 16n,
  '1M': 2n ** 20n,
  '2M': 2n ** 21n,
  '1G': 2n ** 30n,
  'not descended': 2n ** 12n,
};
const FILES = ['disp_kernelseg_details', 'kernel_regions', 'page_tables'];
/** Words in the kernel's log that mean a fault. */
const SPLAT = /BUG|WARNING|Oops|Call [Tt]race|general protection|[Uu]nable to handle|hung task|Redzone|Poison overwritten|KFENCE: |use-after-free|stall/;
/** Regions whose pages come and go at any time, even between two reads. */
const RESTLESS = ['vmalloc', 'direct map', 'modules'];

/**
 * Tests that hold on every architecture, for a guest in which everything was tried. `seen`: returns it once it is
 * available.
 */
export function itObeysTheLaws(seen: () => ModuleInGuest, { pageSize = 4096n, taskSize }: { pageSize?: bigint; taskSize: bigint }): void {
  const report = (): GuestReport => seen().report;

  it('is built without a warning, and loads', () => {
    expect(seen().module.warnings).toBe('');
    expect(report().text('insmod')).toBe('status 0\n');
    expect(report().modules.map(({ name }) => name)).toContain('procmap');
  });

  it('has three files that are for root alone', () => {
    expect(report().lines('modes')).toEqual(FILES.map((file) => `${file} 400 0`));
    expect(report().text('unprivileged')).toMatch(/page_tables': Permission denied\nstatus 1\n$/);
  });

  it('has well-formed lines: regions descend, none is empty or wraps', () => {
    const top = 2n ** BigInt(report().bits);
    for (const file of ['disp_kernelseg_details', 'kernel_regions']) {
      const list = report().ranges(file);
      expect(list.length).toBeGreaterThan(3);
      for (const { start, end } of list) expect([start >= report().value('kernel_start'), end > start, end <= top]).toEqual([true, true, true]);
      expect(list.map(({ start }) => start)).toEqual(list.map(({ start }) => start).toSorted((a, b) => (a < b ? 1 : -1)));
      expect(report().values(file).get('PAGE_SIZE')).toBe(pageSize);
      expect(report().values(file).get('TASK_SIZE')).toBe(taskSize);
    }
  });

  it('is read by the scripts of the original tool: one line at most for each word that they grep for, fields by commas', () => {
    const input = report().text('disp_kernelseg_details');
    const found = (word: string): string[] => spawnSync('grep', ['-w', word], { input, encoding: 'utf8' }).stdout.split('\n').slice(0, -1);
    for (const word of ['fixmap', 'module', 'vmalloc', 'lowmem'])
      expect(found(word)).toEqual([expect.stringMatching(/^[0-9a-f]+,[0-9a-f]+,[r-][w-][x-],[^,]+$/)]);
    for (const word of ['vector', 'KASAN', 'HIGHMEM']) expect(found(word).length).toBeLessThanOrEqual(1);
    for (const word of ['PAGE_SIZE', 'TASK_SIZE']) expect(found(word)).toEqual([expect.stringMatching(/^[A-Z_]+,[0-9a-f]+$/)]);
  });

  it('has regions that lie apart, or one in the other', () => {
    const { regions } = report();
    const crossing = regions.filter((a) => regions.some((b) => a.start < b.start && b.start < a.end && a.end < b.end));
    expect(crossing).toEqual([]);
  });

  it('lists the mapped ranges by ascending address, each of whole pages, equal neighbours as one', () => {
    for (const file of ['page_tables', 'small_reads', 'offset_reads', 'half_read']) {
      const list = report().ranges(file);
      expect(list.length).toBeGreaterThan(20);
      const seam = file === 'offset_reads' ? lineOfByte(report().lines(file), OFFSET_BYTES) : -1;
      list.forEach((range, index) => {
        // Consists of halves of two lines, if the tables changed between the two reads.
        if (index === seam) return;
        const size = SIZES[range.name];
        if (size === undefined) throw new Error(`a page of ${range.name}`);
        expect([range.start % size, range.end % size, range.end > range.start, range.mode[0]]).toEqual([0n, 0n, true, 'r']);
        const before = list[index - 1];
        if (before === undefined || index - 1 === seam) return;
        // Regions may have moved between reads, but never backwards.
        expect(before.end <= range.start).toBe(true);
        const equal = before.end === range.start && before.mode === range.mode && before.name === range.name;
        if (file === 'page_tables') expect([range, equal]).toEqual([range, false]);
      });
    }
  });

  it('finds every mapped range in some region, and gives the regions the modes of their pages', () => {
    const { regions, runs } = report();
    const homeless = runs.filter((run) => !regions.some((region) => contains(region, run)));
    expect(homeless).toEqual([]);
    for (const { start, end, mode, name } of regions.filter((region) => !RESTLESS.includes(region.name))) {
      const modes = runs.filter((run) => run.start < end && run.end > start).map((run) => run.mode);
      expect([name, mode]).toEqual([name, union(modes)]);
    }
  });

  it('finds text executable, rodata read-only and data writable, and each module mapped', () => {
    expect(['text', 'rodata', 'data'].map((name) => report().region(name).mode)).toEqual(['r-x', 'r--', 'rw-']);
    for (const { name, start } of report().modules) {
      const run = report().runs.find((candidate) => candidate.start <= start && start < candidate.end);
      expect([name, run?.mode]).toEqual([name, 'r-x']);
    }
  });

  it('finds no page that is writable and executable, as the kernel says itself', () => {
    expect(report().text('dmesg')).toContain('Checked W+X mappings: passed');
    expect(report().runs.filter(({ mode }) => mode.endsWith('wx'))).toEqual([]);
  });

  it('unloads while files are open and half read; they then give EIO, and close', () => {
    const refused = ['cat: read error: Input/output error', 'read 1 0'];
    expect(report().lines('unload')).toEqual([...['rmmod 0', 'gone 0', ...refused, ...refused, ...refused], ...['insmod 0', ...refused, 'again 0', 'rmmod 0']]);
  });

  it('comes and goes 60 times while others read it, without a word of the kernel', () => {
    expect(report().lines('cycles')).toEqual(['done 60', '0']);
    const said = report().lines('dmesg');
    const loaded = said.findIndex((line) => line.includes('procmap: loading out-of-tree'));
    expect(loaded).toBeGreaterThan(0);
    expect(said.slice(loaded).filter((line) => SPLAT.test(line))).toEqual([]);
  });

  it('leaves no memory behind in thousands of reads', () => {
    const after = counts(report(), 'slabs_after');
    const before = counts(report(), 'slabs_before');
    expect(before.size).toBeGreaterThan(10);
    const grown = [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
    // One leaked object per read would be at least 1,000, or pages of more than a megabyte.
    expect(grown.filter(([name, growth]) => growth > (name === 'SUnreclaim_kB' ? 768 : 500))).toEqual([]);
  });
}

/** Time of one read in ms, for the log only: a busy machine must not fail a test. */
export function medianReads(report: GuestReport): string {
  const times = report.lines('read_ms').map((line) => line.split(' '));
  const median = (file: string): number => {
    const sorted = times.flatMap(([name, hundred]) => (name === file ? [Number(hundred) / 100] : [])).toSorted((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? NaN;
  };
  return FILES.map((file) => `${file} ${median(file).toFixed(1)} ms`).join(', ');
}

export function contains(outer: Pick<Range, 'start' | 'end'>, inner: Pick<Range, 'start' | 'end'>): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

function counts(report: GuestReport, section: string): Map<string, number> {
  return new Map(report.lines(section).map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
}

/** Index of the line that contains a byte of the text. */
function lineOfByte(lines: readonly string[], byte: number): number {
  let end = 0;
  return lines.findIndex((line) => (end += line.length + 1) > byte);
}
