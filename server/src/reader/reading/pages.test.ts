import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_MARKER, PAGE_PRESENT, PAGE_SWAPPED } from '@procmap/shared/figures/page-states.ts';
import { appendFileSync, closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { FakeProc, mapsLine } from '../../../test/fake-proc.ts';
import { ReaderClient } from '../../../test/reader-client.ts';
import type { ReaderHead } from '../protocol/protocol.ts';

// A machine with swap space, and a kernel that reports the huge zero page like 6.12 to 6.18, are not available on
// demand.

const PID = 100;
let proc: FakeProc;
let reader: ReaderClient;

beforeAll(() => {
  proc = new FakeProc();
  appendFileSync(`${proc.root}/meminfo`, 'SwapTotal:         40000 kB\n');
  reader = new ReaderClient({ procRoot: proc.root });
});

afterAll(async () => {
  await reader.stop();
  proc.dispose();
});

const line = (page: number, rest: string): string => `${page.toString(16).padStart(5, '0')}000-${(page + 1).toString(16).padStart(5, '0')}000 ${rest}\n`;

interface Told {
  readonly states: number[];
  readonly swapTold: unknown;
  readonly markerTold: unknown;
}

function toldOf(head: ReaderHead): Omit<Told, 'states'> {
  return head.status === 'pages' ? { swapTold: head.swapTold, markerTold: head.markerTold } : { swapTold: head, markerTold: head };
}

/**
 * Pages from 0 on, each in its own mapping: the rest of its line in maps, its entry of pagemap, its Swap in KiB in
 * smaps.
 */
async function statesOf(pages: readonly (readonly [rest: string, entry: bigint, swapKb?: number])[], { smaps = true } = {}): Promise<Told> {
  rmSync(proc.path(PID, 'maps'), { force: true });
  proc.write(PID, { maps: pages.map(([rest], page) => line(page, rest)).join('') });
  writeFileSync(
    proc.path(PID, 'smaps'),
    pages.map(([rest, , swapKb], page) => `${line(page, rest)}Rss:  0 kB\n${swapKb === undefined ? '' : `Swap:  ${swapKb} kB\n`}`).join(''),
  );
  if (!smaps) rmSync(proc.path(PID, 'smaps'));
  writeFileSync(
    proc.path(PID, 'mountinfo'),
    '20 1 0:30 / / rw - overlay overlay rw\n21 20 0:31 / /tmp rw - tmpfs tmpfs rw\n22 20 0:32 / /ram rw - ramfs x rw\n23 20 0:33 / /huge rw - hugetlbfs x rw\n',
  );
  const bytes = Buffer.alloc(8 * pages.length);
  pages.forEach(([, entry], page) => bytes.writeBigUInt64LE(entry, 8 * page));
  writeFileSync(proc.path(PID, 'pagemap'), bytes);
  const { head, body } = await reader.ask({ op: 'pages', pid: PID, startPage: 0, count: pages.length });
  return { states: [...body], ...toldOf(head) };
}

const ANON = 'rw-p 00000000 00:00 0 ';
const HEAP = `${ANON}                 [heap]`;
const ZERO = 'rw-p 00000000 00:06 4                  /dev/zero';
const FILE = 'r--p 00000000 08:01 7                  /lib/a';
const [IN_MEMORY, OF_FILE, OWN, IN_SWAP] = [1n << 63n, 1n << 61n, 1n << 56n, 1n << 62n];

it('does not take the huge zero page in memory without a file for a page of a file', async () => {
  const told = await statesOf([ANON, HEAP, ZERO, FILE, `rw-s${FILE.slice(4)}`].map((rest) => [rest, IN_MEMORY | OF_FILE | OWN] as const));
  const ofFile = PAGE_PRESENT | PAGE_FILE | PAGE_EXCLUSIVE;
  expect(told).toEqual({ states: [PAGE_PRESENT, PAGE_PRESENT, PAGE_PRESENT, ofFile, ofFile], swapTold: true, markerTold: true });
});

it.each([
  ['shared memory without a file', 'rw-s 00000000 00:01 7                  /dev/zero (deleted)', false],
  ['a memory file, also privately', 'rw-p 00000000 00:01 7                  /memfd:x (deleted)', false],
  ['a buffer of a driver in shared memory', 'rw-s 00000000 00:01 7                  /i915 (deleted)', false],
  ['a buffer of a driver, privately', 'rw-p 00000000 00:01 7                  /drm mm object (deleted)', false],
  ['a device', 'rw-s 00000000 00:06 7                  /dev/dri/card0', true],
  ['a file of a tmpfs', 'r--p 00000000 00:1f 7                  /tmp/x', false],
  ['a file of a ramfs, which is never swapped out', 'rw-s 00000000 00:20 7                  /ram/x', true],
  ['a huge page of a file of hugetlbfs, which is not, either', 'rw-s 00000000 00:21 7                  /huge/x', true],
  ['what is named as huge pages are, but lies nobody knows where', 'rw-s 00000000 00:10 7                  /anon_hugepage (deleted)', false],
  ['a file of a file system that is mounted nowhere', 'r--p 00000000 00:2f 7                  /gone/x', false],
  ['a file upon overlayfs', 'r--p 00000000 00:1e 7                  /usr/x', true],
  ['a file on a disk', FILE, true],
  ['private memory by /dev/zero', ZERO, true],
  ['memory without a file', ANON, true],
])('says for %s whether pages in swap space are reported', async (_, rest, swapTold) =>
  expect(await statesOf([[rest, 0n]])).toEqual({ states: [0], swapTold, markerTold: true }),
);

it('treats swap entries in the page table of shared memory as markers', async () =>
  expect((await statesOf([['rw-s 00000000 00:01 7                  /dev/zero (deleted)', IN_SWAP | 0x20n]])).states).toEqual([PAGE_MARKER]));

it('reads smaps if the place of a swapped page is hidden', async () => {
  expect(
    await statesOf([
      [ANON, IN_SWAP, 4],
      [FILE, IN_SWAP, 0],
    ]),
  ).toEqual({ states: [PAGE_SWAPPED, PAGE_MARKER], swapTold: true, markerTold: true });
  expect(
    await statesOf([
      [ANON, IN_SWAP],
      [FILE, IN_SWAP, 0],
    ]),
  ).toEqual({ states: [PAGE_SWAPPED, PAGE_MARKER], swapTold: false, markerTold: false });
  expect(await statesOf([[ANON, IN_SWAP | 0x20n]])).toEqual({ states: [PAGE_SWAPPED], swapTold: true, markerTold: true });
});

/**
 * A mapping of pages from 0 on with this much in swap space, requested without the last ones. `later`: their entries
 * when maps is read.
 */
async function statesOfOne(entries: readonly bigint[], swapKb: number, { without = 0, later = entries } = {}): Promise<Told> {
  const bytesOf = (all: readonly bigint[]): Buffer => Buffer.from(BigUint64Array.from(all).buffer);
  const maps = mapsLine(0, entries.length);
  // The old file may be a FIFO.
  rmSync(proc.path(PID, 'maps'), { force: true });
  proc.write(PID, { maps });
  writeFileSync(proc.path(PID, 'smaps'), `${maps}Rss:  0 kB\nSwap:  ${swapKb} kB\n`);
  writeFileSync(proc.path(PID, 'pagemap'), bytesOf(entries));
  proc.block(PID, 'maps');
  const answer = reader.ask({ op: 'pages', pid: PID, startPage: 0, count: entries.length - without });
  // Fails until the reader has opened it.
  const writer = await vi.waitFor(() => openSync(proc.path(PID, 'maps'), constants.O_WRONLY | constants.O_NONBLOCK), { timeout: 15_000 });
  writeFileSync(proc.path(PID, 'pagemap'), bytesOf(later));
  writeFileSync(writer, maps);
  closeSync(writer);
  const { head, body } = await answer;
  return { states: [...body], ...toldOf(head) };
}

const PROTECTED = IN_SWAP | (1n << 57n);

it.each([
  ['all of it in swap space', [IN_SWAP, PROTECTED, 0n], 8, {}, [PAGE_SWAPPED, PAGE_SWAPPED, 0], true],
  ['less in swap space than pagemap says, whose others are markers', [IN_SWAP, IN_SWAP, IN_SWAP], 4, {}, [PAGE_SWAPPED, PAGE_SWAPPED, PAGE_SWAPPED], false],
  ['some in swap space, of which not all pages are asked for', [IN_SWAP, IN_SWAP], 4, { without: 1 }, [PAGE_SWAPPED], false],
  ['nothing in swap space', [IN_SWAP, PROTECTED], 0, {}, [PAGE_MARKER, PAGE_MARKER], true],
  ['nothing any more in swap space', [IN_SWAP, IN_SWAP], 0, { later: [IN_SWAP, IN_MEMORY] }, [PAGE_MARKER, PAGE_SWAPPED], false],
  ['another page in swap space by now', [IN_SWAP, IN_MEMORY], 4, { later: [IN_MEMORY, IN_SWAP] }, [PAGE_SWAPPED, PAGE_PRESENT], false],
])('for a mapping with %s, reports the pages, and whether swap and markers are certain', async (_, entries, swapKb, more, states, told) =>
  expect(await statesOfOne(entries, swapKb, more)).toEqual({ states, swapTold: told, markerTold: told }),
);

it.each([
  [
    'shared memory, mapped shared',
    'rw-s 00000000 00:01 7                  /memfd:x (deleted)',
    4,
    { states: [PAGE_MARKER], swapTold: false, markerTold: true },
  ],
  // Its Swap may include pages that were never written through this mapping.
  [
    'shared memory, mapped privately',
    'rw-p 00000000 00:01 7                  /memfd:x (deleted)',
    4,
    { states: [PAGE_SWAPPED], swapTold: false, markerTold: false },
  ],
  [
    'shared memory of which nothing is in swap space',
    'rw-p 00000000 00:01 7                  /memfd:x (deleted)',
    0,
    { states: [PAGE_MARKER], swapTold: false, markerTold: true },
  ],
])('says for %s whether markers can be told from pages in swap space', async (_, rest, swapKb, told) =>
  expect(await statesOf([[rest, IN_SWAP, swapKb]])).toEqual(told),
);

it('recognises markers even in a map that keeps changing, if there is no swap space', async () => {
  // Its rows overlap at each read.
  const poison = IN_SWAP | 0xedcn;
  for (const [entry, told] of [
    [poison, { states: [PAGE_MARKER], swapTold: false, markerTold: true }],
    [IN_SWAP, { states: [PAGE_SWAPPED], swapTold: false, markerTold: false }],
  ] as const) {
    expect(await statesOf([[`${ANON}\n${line(0, ANON).trimEnd()}`, entry, 4]])).toEqual(told);
  }
});

it('reads maps only up to the last requested page', async () => {
  const all = [line(0, ANON), line(1, ANON), ...Array.from({ length: 2000 }, (_, i) => line(2 + i, ANON)), 'no line of maps\n'].join('');
  proc.write(PID, { maps: all });
  writeFileSync(proc.path(PID, 'pagemap'), Buffer.alloc(16));
  const { head } = await reader.ask({ op: 'pages', pid: PID, startPage: 0, count: 2 });
  expect(toldOf(head)).toEqual({ swapTold: true, markerTold: true });
  const whole = await reader.ask({ op: 'pages', pid: PID, startPage: 0, count: 5000 });
  expect(toldOf(whole.head)).toEqual({ swapTold: false, markerTold: true });
});

it('does not read smaps if the mappings suffice', async () => {
  const states = await statesOf([[`rw-s${FILE.slice(4)}`, IN_SWAP]], { smaps: false });
  expect(states).toEqual({ states: [PAGE_MARKER], swapTold: true, markerTold: true });
});
