import { tile } from '../intervals.ts';
import { Kind } from '../kind.ts';
import { formatByteAddress } from '../page.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from '../perms.ts';
import { LAYOUT_64, tableOf } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

function found(text: string, here = intervals): string | null {
  const place = findPasted(text, here);
  if (place === null) return null;
  return 'problem' in place ? place.problem : `${formatByteAddress(place.start, 1)} ${place.length === null ? '-' : formatByteAddress(place.length, 1)}`;
}

it.each([
  ['libc.so.6+0x20010', '0x120010 -'],
  ['/usr/lib/libc.so.6+0x10', '0x100010 -'],
  ['libc.so.6+0x93000', 'libc.so.6 is mapped here, but +0x93000 is not.'],
  ['libm.so.6+0x10', 'No file libm.so.6 is mapped here.'],
  // From another process, or another run of this one.
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
])('%s', (text, expected) => expect(found(text)).toBe(expected));

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

describe('a file that is mapped more than once', () => {
  const twice = tile(
    tableOf([
      row(0x100, 0x110, 0, PERM_READ),
      row(0x110, 0x120, 0x10, PERM_READ | PERM_EXEC),
      row(0x130, 0x138, 0, PERM_READ, {}),
      row(0x138, 0x148, 0, PERM_READ),
      row(0x148, 0x158, 0x10, PERM_READ | PERM_EXEC),
    ]),
    LAYOUT_64,
  );
  const other = { ...FILE, inodeLow: 8 };
  const two = tile(
    tableOf([
      row(0x100, 0x110, 0, PERM_READ | PERM_EXEC),
      row(0x200, 0x210, 0, PERM_READ | PERM_EXEC, { ...other, name: '/opt/libc.so.6 (deleted)' }),
      row(0x210, 0x220, 0x10, PERM_READ, { ...other, name: '/opt/libc.so.6 (deleted)' }),
    ]),
    LAYOUT_64,
  );
  const pieces = tile(
    tableOf([
      row(0x100, 0x110, 0, PERM_READ | PERM_EXEC, { ...FILE, name: '/lib1.so' }),
      row(0x110, 0x120, 0, PERM_READ | PERM_EXEC, { ...FILE, name: '/lib1.so' }),
      row(0x200, 0x211, 0, PERM_READ, { ...FILE, name: '/lib2.so' }),
      row(0x211, 0x220, 0x10, PERM_READ | PERM_EXEC, { ...FILE, name: '/lib2.so' }),
    ]),
    LAYOUT_64,
  );
  // The program at a fixed address, the library in two executable parts.
  const fixed = tile(
    tableOf([
      row(0x400, 0x402, 0, PERM_READ | PERM_EXEC, { ...FILE, name: '/usr/bin/app' }),
      row(0x500, 0x508, 4, PERM_READ | PERM_EXEC, other),
      row(0x508, 0x510, 0xc, PERM_READ, other),
      row(0x510, 0x520, 0x14, PERM_READ | PERM_EXEC, other),
    ]),
    LAYOUT_64,
  );

  it.each([
    ['neither a gap', 'libc.so.6+0x25000', 'libc.so.6 is mapped here, but +0x25000 is not.', twice],
    ['nor what is of another file', 'libc.so.6+0x30010', 'libc.so.6 is mapped here, but +0x30010 is not.', twice],
    ['nor another copy', 'libc.so.6+0x38010', 'libc.so.6 is mapped here, but +0x38010 is not.', twice],
    ['the first of equal ones', 'libc.so.6+0x10010', '0x110010 -', twice],
    ['the one at the address of then', '#1 0x148010 (libc.so.6+0x10010)', '0x148010 -', twice],
    ['the one at the address of then', 'segfault at 0 ip 148010 sp 7f error 4 in libc.so.6[10010,148000+10000]', '0x148010 -', twice],
    ['an executable part that is large enough', 'a: segfault at 0 ip 7f0000009abc sp 7f error 4 in libc.so.6[7f0000000000+10000]', '0x519abc -', fixed],
    [
      'no executable part',
      'a: segfault at 0 ip 7f0000010abc sp 7f error 4 in libc.so.6[7f0000000000+20000]',
      'libc.so.6 is mapped here, but +0x10abc is not.',
      fixed,
    ],
    [
      'one of two parts',
      'a: segfault at 0 ip 7f0000000abc sp 7f error 4 in libc.so.6[7f0000000000+20000]',
      'libc.so.6+0xabc may be 0x500abc or 0x510abc here.',
      fixed,
    ],
    ['the part that was split off since', 'a: segfault at 0 ip 511abc sp 7f error 4 in libc.so.6[500000+20000]', '0x511abc -', fixed],
    ['an equal mapping right behind', 'lib1.so+0x10010', 'lib1.so is mapped here, but +0x10010 is not.', pieces],
    ['what can be run of a page that is there twice', 'error 4 in lib2.so[10abc,7f0000000000+10000]', '0x211abc -', pieces],
    ['what is not mapped from its beginning', 'libc.so.6+0x5010', '0x501010 -', fixed],
    ['what is not mapped from its beginning', 'libc.so.6+0x3010', 'libc.so.6 is mapped here, but +0x3010 is not.', fixed],
    ['files of one name', 'libc.so.6+0x10', 'libc.so.6+0x10 may be 0x100010 or 0x200010 here.', two],
    ['the only one that goes on to there', 'libc.so.6+0x10010', '0x210010 -', two],
    ['the path', '/usr/lib/libc.so.6+0x10', '0x100010 -', two],
    ['the deleted one', 'libc.so.6 (deleted)+0x10', '0x200010 -', two],
    ['a program at its own address', '#1 0x400136 (/usr/bin/app+0x400136)', '0x400136 -', fixed],
    ['a program at its own address', 'app+0x400136', '0x400136 -', fixed],
  ])('%s: %s', (_, text, expected, here) => expect(found(text, here)).toBe(expected));
});

/** Mappings of a few files, some with the same name, with gaps or other memory between them. */
const maps = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 2 }),
      pages: fc.integer({ min: 1, max: 6 }),
      offset: fc.integer({ min: 0, max: 8 }),
      perms: fc.constantFrom(PERM_READ, PERM_READ | PERM_EXEC, PERM_READ | PERM_WRITE),
      file: fc.constantFrom(FILE, FILE, { ...FILE, inodeLow: 8 }, { ...FILE, inodeLow: 9, name: '/opt/libc.so.6 (deleted)' }, {}),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => {
    let start = 0x100;
    return pieces.map(({ gap, pages, offset, perms, file }) => {
      start += gap;
      const made = row(start, start + pages, offset, perms, file);
      start += pages;
      return made;
    });
  });

describe('in any map', () => {
  const place = fc.integer({ min: 0, max: 0x10_000 });

  it('a place in a file is in a mapping of a file of that name, the offset of a fault at exactly that offset', () =>
    fc.assert(
      fc.property(maps, place, fc.constantFrom('', '5', '1'), (rows, offset, known) => {
        const here = tile(tableOf(rows), LAYOUT_64);
        const at = (offset + 0x10_0000).toString(16);
        const texts = [
          `libc.so.6+0x${offset.toString(16)}`,
          `#1 0x${at} (libc.so.6+0x${offset.toString(16)})`,
          `app[1]: segfault at 0 ip ${known}${at} sp 7ffd1000 error 4 in libc.so.6[${known}100000+20000]`,
          `app[1]: segfault at 0 ip ${known}${at} sp 7ffd1000 error 4 in libc.so.6[${offset.toString(16)},${known}100000+20000]`,
        ];
        texts.forEach((text, kind) => {
          const answer = findPasted(text, here);
          if (answer === null || 'problem' in answer) return;
          const { page, byte } = answer.start;
          const holder = rows.find(({ start, end }) => page >= start && page < end);
          if (rows.some(({ name }) => name.includes('libc'))) expect([text, holder?.name]).toEqual([text, expect.stringContaining('libc.so.6')]);
          if (kind === 3 && holder?.name.includes('libc') === true) expect(((page - holder.start + holder.offset) << 12) + byte).toBe(offset);
        });
      }),
    ));

  it('a fault of this process is found where it happened', () =>
    fc.assert(
      fc.property(maps, fc.nat(), fc.nat(), (rows, which, into) => {
        const executable = rows.filter(({ name, perms }) => name !== '' && (perms & PERM_EXEC) !== 0);
        fc.pre(executable.length > 0);
        const { start, end, offset } = executable[which % executable.length] ?? rows[0] ?? row(1, 2, 0, 0);
        const length = (end - start) << 12;
        const byte = into % length;
        const hex = (value: number): string => value.toString(16);
        for (const inFile of ['', `${hex((offset << 12) + byte)},`]) {
          const text = `app[1]: segfault at 0 ip ${hex((start << 12) + byte)} sp 7f error 4 in libc.so.6[${inFile}${hex(start << 12)}+${hex(length)}]`;
          expect([text, found(text, tile(tableOf(rows), LAYOUT_64))]).toEqual([text, `0x${hex((start << 12) + byte)} -`]);
        }
      }),
    ));
});
