import { tile } from '@procmap/shared/intervals.ts';
import { HALF } from '@procmap/shared/kernel-half.fixture.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { locate } from '@procmap/shared/places/locate.ts';
import { allocateTable, EMPTY_TABLE } from '@procmap/shared/region.ts';
import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import { expect, it } from 'vitest';
import { locatedWords } from './located.ts';
import { isEmpty } from '@procmap/shared/places/address-query.ts';
import { parseQuery } from './query.ts';

/**
 * A library at 0x100000: two pages, from page 3 of its file on. Then an anonymous page, a gap, another anonymous page.
 */
function sample() {
  const name = new TextEncoder().encode('/usr/lib/libc.so.6');
  const table = allocateTable(3, { bytes: name, ends: Uint32Array.from([0, 0, name.length]) });
  table.start.set([0x100, 0x102, 0x110]);
  table.end.set([0x102, 0x103, 0x111]);
  table.perms.set([5, 3, 3]);
  table.name.set([1, 0, 0]);
  table.kind.set([Kind.text, Kind.anon, Kind.anon]);
  table.offset[0] = 3;
  table.inodeLow[0] = 7;
  return tile(table, LAYOUT_64);
}

function said(typed: string, intervals = sample()): string {
  const query = parseQuery(typed);
  if (query.type !== 'address') throw new Error('no address');
  const located = isEmpty(query) ? null : locate(intervals, query.start, query.length ?? { page: 0, byte: 1 });
  const { before, name, after } = locatedWords(query, located, intervals);
  return `${before}<${name}>${after}`.replace('<>', '');
}

it.each([
  ['0x101123', 'In </usr/lib/libc.so.6> at +0x1123, file offset 0x4123.'],
  ['0x101123,10', '16 bytes in </usr/lib/libc.so.6> from +0x1123, file offset 0x4123.'],
  ['0x100000,2000', '8,192 bytes in </usr/lib/libc.so.6> from +0x0, file offset 0x3000.'],
  ['0x102001,1', '1 byte in Anonymous (no name) from +0x1.'],
  ['0x101000,2000', '2 regions; all of 8,192 bytes is mapped. It begins in </usr/lib/libc.so.6> at +0x1000.'],
  ['0x102000,8K', '2 regions; 4,096 of 8,192 bytes is mapped. It begins in Anonymous (no name) at +0x0.'],
  ['0x103000-0x111000', '2 regions; 4,096 of 57,344 bytes is mapped. It begins in Sparse region at +0x0.'],
  ['0x100000,4M', '5 regions; 16 KB of 4 MB is mapped. It begins in </usr/lib/libc.so.6> at +0x0.'],
  ['0x0,1G', '7 regions; 16 KB of 1 GB is mapped. It begins in NULL trap at +0x0.'],
])('names the region of %s', (typed, sentence) => expect(said(typed)).toBe(sentence));

it.each([
  ['0x104000', /^Sparse region, 52 KB\. Nothing is mapped here/],
  ['0x104000,4K', /^4,096 bytes in: Sparse region, 52 KB\. Nothing is mapped here/],
  ['0x0', /^NULL trap, 4 KB\. /],
  ['0x900000000000', /^Non-canonical hole, 16 EB\. /],
  ['0xffff900000000000', /^Not described, 128 TB\. Part of the kernel half/],
  ['0x7fffffff0000,2T', /^3 regions; nothing of 2 TB is mapped\./],
])('says that nothing is mapped at %s', (typed, sentence) => expect(said(typed)).toMatch(sentence));

it.each([
  ['0xffffffffffffffff,2', 'This range ends beyond the address space: the last address is 0xffffffffffffffff.'],
  ['0xffffffffffffffff,1', 'Not described'],
  ['0x10000000000000000', 'Beyond the end of the address space: the last address is 0xffffffffffffffff.'],
  ['0x100000,0', 'This range is empty: it has no length, or ends before it begins.'],
  ['0x102000-0x100000', 'This range is empty: it has no length, or ends before it begins.'],
])('knows the ends: %s', (typed, sentence) => expect(said(typed)).toContain(sentence));

it.each([
  ['ffffffff81000010', 'In <text> at +0x10.'],
  ['ffffffff81e00b90', 'In <text> at +0xe00b90.'],
  // The rest of that page belongs to the surrounding region, exact to the byte.
  ['ffffffff81e00b91', 'In <kernel image window> at +0x1e00b91.'],
  ['ffffc90000004010', 'In <vmalloc> at +0x4010, where nothing is mapped.'],
  ['0xffff800000000000,8K', '8,192 bytes in <guard hole> from +0x0, where nothing is mapped.'],
  ['0xffffffff82000000,8M', '2 regions; 4 MB of 8 MB is mapped. It begins in <rodata> at +0x0.'],
])('names the kernel region of %s', (typed, sentence) => expect(said(typed, tile(EMPTY_TABLE, LAYOUT_64, rangeParts(HALF, LAYOUT_64)))).toBe(sentence));
