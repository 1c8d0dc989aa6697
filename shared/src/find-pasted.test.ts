import { tile } from './intervals.ts';
import { Kind } from './kind.ts';
import { formatByteAddress } from './page.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from './perms.ts';
import { LAYOUT_64, tableOf } from '@procmap/shared/table.fixture.ts';
import { expect, it } from 'vitest';
import { findPasted } from './find-pasted.ts';

const FILE = { device: 1, inodeLow: 7, inodeHigh: 0, name: '/usr/lib/libc.so.6' };
const row = (start: number, end: number, offset: number, perms: number, more: object = FILE) => ({
  ...{ start, end, offset, perms, kind: Kind.file, device: 0, inodeLow: 0, inodeHigh: 0, name: '' },
  ...more,
});
/** A library of four segments at 0x100000, another of the same name, and an anonymous mapping. */
const intervals = tile(
  tableOf([
    row(0x100, 0x110, 0, PERM_READ),
    row(0x110, 0x180, 0x10, PERM_READ | PERM_EXEC),
    row(0x180, 0x190, 0x80, PERM_READ),
    row(0x191, 0x193, 0x90, PERM_READ | PERM_WRITE),
    row(0x200, 0x210, 0, PERM_READ, { ...FILE, inodeLow: 8 }),
    row(0x300, 0x310, 0, PERM_READ | PERM_WRITE, {}),
  ]),
  LAYOUT_64,
);

function found(text: string): string | null {
  const place = findPasted(text, intervals);
  if (place === null) return null;
  return 'problem' in place ? place.problem : `${formatByteAddress(place.start, 1)} ${place.length === null ? '-' : formatByteAddress(place.length, 1)}`;
}

it.each([
  ['libc.so.6+0x20010', '0x120010 -'],
  ['/usr/lib/libc.so.6+0x10', '0x100010 -'],
  ['libc.so.6+0x93000', 'libc.so.6 is mapped here, but not as far as +0x93000.'],
  ['libm.so.6+0x10', 'No file libm.so.6 is mapped here.'],
  // Of another process, or another run of this one.
  ['app[1]: segfault at 0 ip 7f0000021abc sp 7ffd1000 error 4 in libc.so.6[7f0000020000+70000]', '0x111abc -'],
  ['app[1]: segfault at 0 ip 7f0000021abc sp 7ffd1000 error 4 in libc.so.6[11abc,7f0000020000+70000]', '0x111abc -'],
  ['error 4 in libc.so.6[11abc,7f0000020000+70000]', '0x111abc -'],
  ['error 4 in libm.so.6[11abc,7f0000020000+70000]', '0x7f0000020000 0x70000'],
  ['app[1]: segfault at 0 ip 7f0000021abc sp 7ffd1000 error 4 in libm.so.6[7f0000020000+70000]', '0x7f0000021abc -'],
  ['/lib/libc.so.6(+0x20010) [0x7f0000030010]', '0x120010 -'],
  ['/lib/libm.so.6(+0x20010) [0x7f0000030010]', '0x7f0000030010 -'],
  ['#1 0x7f0000030010 (libc.so.6+0x20010)', '0x120010 -'],
  ['libc.so.6[300000+4000]', '0x300000 0x4000'],
  ['00000000`00300010', '0x300010 -'],
  ['libc', null],
  ['0x300010', null],
])('%s', (text, expected) => {
  expect(found(text)).toBe(expected);
});

it('finds the instruction of a real fault in the map of another run', () => {
  const libc = { device: 1, inodeLow: 339_380, inodeHigh: 0, name: '/usr/lib/x86_64-linux-gnu/libc.so.6' };
  const here = tile(
    tableOf([
      row(0x7ffae2306, 0x7ffae232c, 0, PERM_READ, libc),
      row(0x7ffae232c, 0x7ffae2482, 0x26, PERM_READ | PERM_EXEC, libc),
      row(0x7ffae2482, 0x7ffae24d5, 0x17c, PERM_READ, libc),
      row(0x7ffae24d5, 0x7ffae24d9, 0x1cf, PERM_READ, libc),
      row(0x7ffae24d9, 0x7ffae24db, 0x1d3, PERM_READ | PERM_WRITE, libc),
    ]),
    LAYOUT_64,
  );
  // strlen() was at 0x7ffb723b3ac0 there, and is at 0x7ffae246dac0 here.
  const line =
    'crash[2562]: segfault at 8 ip 00007ffb723b3ad8 sp 00007fffe2c8af88 error 4 in libc.so.6[167ad8,7ffb72272000+156000] likely on CPU 1 (core 1, socket 0)';
  expect(findPasted(line, here)).toEqual({ type: 'address', start: { page: 0x7ffae246d, byte: 0xad8 }, length: null });
});
