import { join } from 'node:path';
import { decodeFrame, type Frame } from '@procmap/shared/codec.ts';
import { intervalAt, type Intervals, tile } from '@procmap/shared/intervals.ts';
import { kindName } from '@procmap/shared/kind.ts';
import { parse } from 'csv-parse/sync';
import { beforeAll, expect, it } from 'vitest';
import { referenceRows, tableRows } from '../../server/test/maps-reference.ts';
import { PROCMAP } from '../daemon.ts';
import { buildFixtures, FIXTURES, type KnownMapping } from '../fixtures/fixture.ts';
import { boxRegions } from '../terminal/box.ts';
import { bundle } from './bundle.ts';
import { describeGuests } from './describe-guests.ts';
import { runInGuest } from './guest.ts';
import { type GuestName, kernelOf } from './guests.ts';
import type { Kernel } from './image/kernel.ts';
import type { MapsReport, ProcessName, SeenProcess } from './report.ts';

const FOUR = { pagingLevels: 4, userEnd: 2 ** 35 };
const FIVE = { pagingLevels: 5, userEnd: 2 ** 44 };
const MACHINES: Partial<Record<GuestName, { pagingLevels: number; userEnd: number; parameters: string[]; vsyscall: boolean }>> = {
  // Debian's kernels have no [vsyscall] by default.
  'amd64-6.1': { ...FOUR, parameters: ['vsyscall=xonly'], vsyscall: true },
  'amd64-6.1-la57': { ...FIVE, parameters: [], vsyscall: false },
  'amd64-6.12': { ...FOUR, parameters: [], vsyscall: false },
  'amd64-newest': { ...FOUR, parameters: [], vsyscall: false },
};
const READER = join(import.meta.dirname, '../../server/dist/reader.js');
/** Seen: 15 s, and 160 s at a load of 15 on two cores. */
const BOOT_LIMIT_MS = 500_000;
const END = 2 ** 52;
const FOUR_GIB = 2 ** 20;

describeGuests(['amd64-6.1', 'amd64-6.1-la57', 'amd64-6.12', 'amd64-newest'], 'procmap in $name', (guest) => {
  const machine = MACHINES[guest.name as GuestName];
  if (machine === undefined) throw new Error(`nothing is known of ${guest.name}`);
  const { pagingLevels, userEnd, parameters, vsyscall } = machine;

  let kernel: Kernel;
  let report: MapsReport;

  beforeAll(async () => {
    buildFixtures();
    kernel = await kernelOf(guest);
    const script = await bundle('maps-in-guest');
    const command = ['env', `PROCMAP_FIXTURES=${FIXTURES}`, process.execPath, script, READER, PROCMAP];
    const { status, stdout, stderr } = await runInGuest(command, { kernel, cpu: guest.cpu, parameters, timeLimitMs: BOOT_LIMIT_MS });
    if (status !== 0) throw new Error(`${script} failed in the guest: ${stderr}`);
    report = JSON.parse(stdout) as MapsReport;
  });

  function processNamed(wanted: ProcessName): SeenProcess {
    const found = report.processes.find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`the guest says nothing of ${wanted}`);
    return found;
  }

  it('is the kernel that was asked for, by the reader too', () =>
    expect(report.system).toMatchObject({ kernel_release: kernel.release, paging_levels: pagingLevels, bits: 64 }));

  it.each<[ProcessName, 64 | 32, number]>([
    ['known', 64, userEnd - 1],
    ['known, 3 GiB', 64, userEnd - 1],
    ['bits32', 32, 0xffffe],
    ['bits32, 3 GiB', 32, 0xc0000],
    ['high', 64, userEnd - 1],
    ['high32', 32, 0xffffe],
    ['high32, 3 GiB', 32, 0xc0000],
  ])('%s: is read line by line as the kernel says, of %i bits', (name, processBits, taskEnd) => {
    const { maps, frame, mappings } = processNamed(name);
    const { table, meta } = snapshot(frame);
    expect(tableRows(table)).toEqual(referenceRows(maps));
    expect(meta.layout).toEqual({ bits: 64, processBits, taskEnd, userEnd, kernelStart: END - userEnd, end: END, pagingLevels });
    const intervals = tile(table, meta.layout);
    expect([intervals.bounds[0], intervals.bounds[intervals.length]]).toEqual([0, END]);
    expect(intervalOf(intervals, taskEnd)).toEqual(['beyond', taskEnd, userEnd]);
    expect(intervalOf(intervals, userEnd)).toEqual(['hole', userEnd, END - userEnd]);
    if (processBits === 32) expect(intervalOf(intervals, FOUR_GIB)[0]).toBe('beyond');
    for (const known of mappings) expect(rowOf(maps, known)).toEqual(known);
  });

  it.each<[ProcessName, number, string]>([
    ['known', 16, (userEnd - 1).toString(16)],
    ['bits32', 8, 'ffffe'],
    ['bits32, 3 GiB', 8, 'c0000'],
    ['high32', 8, 'ffffe'],
  ])('%s: is drawn and written as CSV as the kernel says, with addresses of %i digits', (name, digits, taskEnd) => {
    const { maps, text, csv } = processNamed(name);
    const rows = referenceRows(maps).map(({ start, end }) => [start, end]);
    const regions = boxRegions(text);
    expect([regions[0]?.end, regions.at(-1)?.start]).toEqual([2n ** 64n, 0n]);
    const bounds = new Set(regions.flatMap(({ start, end }) => [start, end]));
    expect(rows.flat().filter((bound) => !bounds.has(bound))).toEqual([]);
    const beyond = regions.find((region) => region.text.startsWith('<... Beyond TASK_SIZE'));
    expect(beyond?.start).toBe(BigInt(`0x${taskEnd}000`));
    const low = Array.from(text.matchAll(/^\+.*\+ ([0-9a-f]+)$/gm), ([, address = '']) => address).filter((address) => BigInt(`0x${address}`) < 2n ** 32n);
    expect(new Set(low.map((address) => address.length))).toEqual(new Set([digits]));

    const lines = parse<Record<string, string>>(csv, { columns: true });
    const mapped = lines.filter(({ source }) => source === 'maps').reverse();
    expect(mapped.map((line) => [BigInt(line['start_va'] ?? ''), BigInt(line['end_va'] ?? '')])).toEqual(rows);
    for (const { start_va: address } of lines) expect(address).toMatch(/^0x[0-9a-f]{16}$/);
  });

  it.each<ProcessName>(['known', 'bits32'])('%s: has what it mapped, hostile names too', (name) =>
    expect(processNamed(name).mappings.length).toBeGreaterThan(20),
  );

  it.each<[ProcessName, number]>([
    ['high', userEnd - 1],
    ['high32', 0xffffe],
    ['high32, 3 GiB', 0xc0000],
  ])('%s: the kernel refuses a mapping where the reader says that it may have none, and not before', (name, taskEnd) =>
    expect(BigInt(`0x${processNamed(name).ready[1]}`)).toBe(BigInt(taskEnd) << 12n),
  );

  it('gives an address of more than 47 bits only with five levels', () => {
    const hint = processNamed('high').mappings.find((mapping) => mapping.name === 'hint');
    expect(hint?.start).toBeDefined();
    expect((hint?.start ?? 0) >= 2 ** 47).toBe(pagingLevels === 5);
  });

  it(vsyscall ? 'has [vsyscall] in the kernel half, of 64-bit processes only' : 'has no [vsyscall]', () => {
    for (const { name, frame } of report.processes) {
      const { table, meta } = snapshot(frame);
      const kind = intervalOf(tile(table, meta.layout), END - 0xa00)[0];
      expect([name, kind]).toEqual([name, vsyscall && meta.layout.processBits === 64 ? 'vsyscall' : 'unknown']);
    }
  });
});

function snapshot(base64: string): Extract<Frame, { type: 'snapshot' }> {
  const frame = decodeFrame(Buffer.from(base64, 'base64'));
  if (frame.type !== 'snapshot') throw new Error('not a snapshot');
  return frame;
}

/** Kind, first page and end of the interval that holds a page. */
function intervalOf(intervals: Intervals, page: number): [string, number, number] {
  const index = intervalAt(intervals, page);
  return [kindName(intervals.kind[index] ?? 0), intervals.bounds[index] ?? 0, intervals.bounds[index + 1] ?? 0];
}

/** The line of maps that begins where a known mapping does, in the same form. */
function rowOf(maps: string, { name, start }: KnownMapping): KnownMapping | null {
  const row = referenceRows(maps).find((candidate) => candidate.start === BigInt(start));
  if (row === undefined) return null;
  return { name, start, length: Number(row.end - row.start), perms: row.perms, offset: Number(row.offset), path: row.name };
}
