import type { FileNow } from '@procmap/shared/files/file-now.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { LAYOUT_64, tableOf } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { addr2line, elfAddressAt } from './addr2line.ts';
import { describe as describeInterval, type Details } from './details.ts';

const SAME: FileNow = { state: 'same', reason: null, build_id: null, elf_address: '0x401000' };

/** The mapping of a file of that name. */
function detailsOf(name: string): Details {
  const row = {
    start: 0x100,
    end: 0x110,
    offset: 1,
    perms: 5,
    kind: Kind.text,
    device: 1,
    inodeLow: 7,
    inodeHigh: 0,
    name: Buffer.from(name).toString('latin1'),
  };
  const intervals = tile(tableOf([row]), LAYOUT_64);
  return describeInterval(intervals, intervals.row.indexOf(0));
}

const lib = detailsOf('/usr/lib/libc.so.6');

it('counts from where the mapping starts, to the byte', () => {
  expect(elfAddressAt(SAME, lib, null)).toBe('0x401000');
  expect(elfAddressAt(SAME, lib, { label: 'Located', page: 0x102, byte: 0x34 })).toBe('0x403034');
  expect(elfAddressAt({ ...SAME, elf_address: null }, lib, null)).toBeNull();
  expect(elfAddressAt({ ...SAME, elf_address: '0xffffffffffffffff' }, lib, { label: 'Pointer', page: 0x100, byte: 2 })).toBe('0x1');
});

it.each([
  ['/usr/lib/libc.so.6', SAME, '/usr/lib/libc.so.6'],
  ["/it's $(here)", SAME, "'/it'\\''s $(here)'"],
  ['/-e', SAME, '/-e'],
  // Names that are shown escaped.
  ['/a\\b', SAME, '/proc/7/map_files/100000-110000'],
  ['/a\u202eb', SAME, '/proc/7/map_files/100000-110000'],
  ['/usr/lib/libc.so.6', { ...SAME, state: 'replaced' as const }, '/proc/7/map_files/100000-110000'],
  ['/usr/lib/libc.so.6 (deleted)', { ...SAME, state: 'gone' as const }, '/proc/7/map_files/100000-110000'],
])('names %s', (name, file, named) => expect(addr2line(file, detailsOf(name), null, 7)).toBe(`addr2line -e ${named} 0x401000`));

it('is one word for a shell, whatever the file is called', () => {
  const anyName = fc.string({ unit: fc.constantFrom(...Array.from(' \'"`$\\;&|<>*?~#!(){}[]\t\nae/é')) });
  fc.assert(
    fc.property(anyName, (name) => {
      const details = detailsOf(`/${name}`);
      const words = execFileSync('sh', ['-c', `printf '%s\\0' ${addr2line(SAME, details, null, 7) ?? ''}`], { encoding: 'utf8' }).split('\0');
      const file = words[2] ?? '';
      expect(words).toEqual(['addr2line', '-e', file, '0x401000', '']);
      expect(file === `/${name}` || file === '/proc/7/map_files/100000-110000').toBe(true);
    }),
    { numRuns: 50 },
  );
});
