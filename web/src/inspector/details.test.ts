import { intervalAt, tile } from '@procmap/shared/intervals.ts';
import { HALF, placeOf } from '@procmap/shared/kernel-half.fixture.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { allocateTable, EMPTY_TABLE } from '@procmap/shared/region.ts';
import { LAYOUT_64, type Line, tableOf } from '@procmap/shared/table.fixture.ts';
import { expect, it } from 'vitest';
import { describe as describeInterval } from './details.ts';
import { titleOf } from '../regions/naming.ts';
import { exportName } from '../share/export.ts';
import { permsWords } from '@procmap/shared/words.ts';

function oneMapping(name: string) {
  const bytes = new TextEncoder().encode(name);
  const table = allocateTable(1, { bytes, ends: Uint32Array.from([0, 0, bytes.length]) });
  table.start[0] = 16;
  table.end[0] = 18;
  table.perms[0] = 7;
  table.name[0] = 1;
  table.offset[0] = 0x1d3;
  table.inodeLow[0] = 339380;
  table.device[0] = 0xfe << 20;
  table.kind[0] = Kind.file;
  return tile(table, LAYOUT_64);
}

it('describes a mapping with its neighbours', () => {
  const details = describeInterval(oneMapping('/tmp/x'), 2);
  expect(details).toMatchObject({
    title: '/tmp/x',
    start: '0x0000000000010000',
    end: '0x0000000000012000',
    size: '8 KB',
    pages: '2',
    space: 'user',
    perms: { text: 'rwxp', alarm: true },
    backing: { offsetPages: 0x1d3, inode: '339380' },
    facts: [
      { term: 'Type', value: 'private, copy on write' },
      { term: 'Offset', value: '0x1d3000' },
      { term: 'Inode', value: '339380' },
      { term: 'Device', value: 'fe:00' },
    ],
  });
  expect([details.beyondBelow?.title, details.beyondAbove?.index]).toEqual(['NULL trap', 4]);
  expect(describeInterval(oneMapping('/tmp/x (deleted)'), 2).facts.at(-1)).toMatchObject({ term: 'File', value: expect.stringContaining('deleted') as string });
  expect(details.below?.title).toBe('Sparse region');
  expect(details.above?.index).toBe(3);
});

it.each([
  ['anon_inode:[perf_event]', Kind.device, 'A ring buffer of recorded events (perf_event_open(2)).'],
  ['/dev/zero (deleted)', Kind.shmem, 'Shared anonymous memory (MAP_SHARED | MAP_ANONYMOUS): shared with child processes.'],
  ['/dev/zero', Kind.anon, 'Private memory from /dev/zero: filled with zeros, not backed by a file.'],
  ['/sys/devices/pci0000:00/0000:00:02.0/resource0_wc', Kind.device, 'Registers or memory of a PCI device (one of its BARs), mapped through sysfs.'],
])('says what exactly %s is, and not that it was deleted', (name, kind, sentence) => {
  const intervals = oneMapping(name);
  intervals.table.kind[0] = kind;
  const details = describeInterval(tile(intervals.table, LAYOUT_64), 2);
  expect([details.sentence, details.facts.map(({ term }) => term)]).toEqual([sentence, ['Type', 'Offset', 'Inode', 'Device']]);
});

it('shows the addresses of a 32-bit process in eight digits', () => {
  const { table } = oneMapping('/tmp/x');
  const narrow = tile(table, { ...LAYOUT_64, processBits: 32, taskEnd: 0xffffe });
  expect(describeInterval(narrow, 2)).toMatchObject({ start: '0x00010000', end: '0x00012000' });
  expect(describeInterval(narrow, narrow.length - 1).start).toBe('0xffff800000000000');
});

it('shows a hostile name, and obeys none of it', () =>
  expect(titleOf(oneMapping('/tmp/\u202e<img onerror=x>\u001b[31m'), 2)).toBe('/tmp/\\u{202e}<img onerror=x>\\x1b[31m'));

it('has no neighbours beyond the ends', () => {
  const intervals = oneMapping('/tmp/x');
  expect(describeInterval(intervals, 0).below).toBeNull();
  expect(describeInterval(intervals, intervals.length - 1)).toMatchObject({ above: null, end: '0x10000000000000000', backing: null, perms: null });
});

it('shows where the same memory is also mapped, and alarms about it', () => {
  const view: Line = { start: 16, end: 18, offset: 0, inodeLow: 7, inodeHigh: 0, device: 1, perms: 11, kind: Kind.shmem, name: '/memfd:jit (deleted)' };
  const zero: Line = { ...view, start: 0, end: 1, inodeLow: 0, device: 0, perms: 3, kind: Kind.anon, name: '' };
  const intervals = tile(tableOf([zero, view, { ...view, start: 32, end: 34, perms: 13 }, { ...view, start: 64, end: 65, perms: 9 }]), LAYOUT_64);
  const at = (page: number): ReturnType<typeof describeInterval> => describeInterval(intervals, intervalAt(intervals, page));
  expect(at(16).views).toEqual({
    count: 2,
    first: [
      { index: intervalAt(intervals, 32), start: '0x0000000000020000', perms: 'r-xs', size: '8 KB' },
      { index: intervalAt(intervals, 64), start: '0x0000000000040000', perms: 'r--s', size: '4 KB' },
    ],
  });
  expect([16, 32, 64].map((page) => at(page).perms?.alarm)).toEqual([true, true, false]);
  expect([16, 32, 64].map((page) => at(page).alarms)).toEqual([
    ['Data written here can be executed through another mapping.'],
    ['Code executed here can be written through another mapping.'],
    [],
  ]);
  expect(at(0)).toMatchObject({ views: { count: 0, first: [] }, alarms: [expect.stringContaining('NULL pointer') as string], perms: { alarm: false } });
  expect(at(20)).toMatchObject({ views: { count: 0, first: [] }, alarms: [] });
  const many = tile(tableOf(Array.from({ length: 20 }, (_, i) => ({ ...view, start: 16 * (i + 1), end: 16 * (i + 1) + 2 }))), LAYOUT_64);
  const { count, first } = describeInterval(many, intervalAt(many, 16 * 3)).views;
  expect([count, first.map(({ index }) => many.bounds[index])]).toEqual([19, [1, 2, 4, 5, 6, 7, 8, 9].map((i) => 16 * i)]);
  expect(describeInterval(tile(tableOf([{ ...zero, perms: 0 }]), LAYOUT_64), 0).alarms).toEqual(['Page 0 is mapped, but without any access.']);
});

it('has words for every permission', () => {
  expect(permsWords(0)).toMatch(/^no access/);
  expect(permsWords(1)).toBe('read');
  expect(permsWords(5)).toBe('read and execute');
  expect(permsWords(7)).toBe('read, write and execute: writable code');
});

it('makes a file name of any process name', () => {
  expect(exportName('../../etc/passwd', 7, '.json')).toBe('procmap-etc_passwd-7.json');
  expect(exportName('', 7, '-maps.csv')).toBe('procmap-process-7-maps.csv');
});

const KERNEL = tile(EMPTY_TABLE, LAYOUT_64, rangeParts(HALF, LAYOUT_64));

it('describes a mapping of the kernel and its region, exact to the byte', () => {
  const text = describeInterval(KERNEL, intervalAt(KERNEL, placeOf('ffffffff81000000').page));
  expect(text).toMatchObject({
    title: 'text',
    kindLabel: 'Kernel text',
    start: '0xffffffff81000000',
    end: '0xffffffff81e01000',
    pages: '8 of 2 MB',
    space: 'kernel',
    perms: { text: 'r-x', words: 'read and execute', alarm: false },
    facts: [],
    backing: null,
    region: { name: 'text', end: '0xffffffff81e00b91', size: '14 MB', access: 'r-x', within: 'kernel image window', source: 'kernel module of procmap' },
  });
  expect(describeInterval(KERNEL, intervalAt(KERNEL, placeOf('ffffffffc0403000').page)).perms).toMatchObject({ text: 'rwx', alarm: true });
});

it('describes an empty part of a kernel region, and an empty region', () => {
  const gap = describeInterval(KERNEL, intervalAt(KERNEL, placeOf('ffffc90000004000').page));
  expect(gap).toMatchObject({ title: 'Sparse region', perms: null, pages: '2', region: { name: 'vmalloc', access: 'rw-' } });
  const guard = describeInterval(KERNEL, intervalAt(KERNEL, placeOf('ffff800000000000').page));
  expect(guard).toMatchObject({ title: 'guard hole', perms: null, region: { access: 'nothing is mapped' } });
  expect(guard.sentence).toContain('hypervisor');
});
