import { tile } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { allocateTable } from '@procmap/shared/region.ts';
import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import { expect, it } from 'vitest';
import { describe as describeInterval, titleOf } from './details.ts';
import { exportName } from './export.ts';
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
    backing: { offset: '0x1d3000', inode: '339380', device: 'fe:00' },
  });
  expect(details.below?.title).toBe('Sparse region');
  expect(details.above?.index).toBe(3);
});

it('shows the addresses of a 32-bit process in eight digits', () => {
  const { table } = oneMapping('/tmp/x');
  const narrow = tile(table, { ...LAYOUT_64, processBits: 32, taskEnd: 0xffffe });
  expect(describeInterval(narrow, 2)).toMatchObject({ start: '0x00010000', end: '0x00012000' });
  expect(describeInterval(narrow, narrow.length - 1).start).toBe('0xffff800000000000');
});

it('shows a hostile name, and obeys none of it', () => {
  expect(titleOf(oneMapping('/tmp/\u202e<img onerror=x>\u001b[31m'), 2)).toBe('/tmp/\\u{202e}<img onerror=x>\\x1b[31m');
});

it('has no neighbours beyond the ends', () => {
  const intervals = oneMapping('/tmp/x');
  expect(describeInterval(intervals, 0).below).toBeNull();
  expect(describeInterval(intervals, intervals.length - 1)).toMatchObject({ above: null, end: '0x10000000000000000', backing: null, perms: null });
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
