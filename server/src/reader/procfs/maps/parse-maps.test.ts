import { readFileSync } from 'node:fs';
import { kindName } from '@procmap/shared/kind.ts';
import { nameCount } from '@procmap/shared/text/names.ts';
import { checkTable } from '@procmap/shared/region.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NOT_TOLD, referenceRows, tableRows } from '../../../../test/maps-reference.ts';
import { Mounts } from './mounts.ts';
import { parseMaps, type ParsedMaps, SLACK_BYTES } from './parse-maps.ts';

function parse(text: Buffer | string, fileSystemOf = NOT_TOLD): ParsedMaps {
  const bytes = Buffer.from(text as string, 'latin1');
  const parsed = parseMaps(Buffer.concat([bytes, Buffer.alloc(SLACK_BYTES, '7')]), bytes.length, fileSystemOf);
  if ('malformedAt' in parsed) throw new Error(`malformed at ${parsed.malformedAt}`);
  return parsed;
}

function malformedAt(text: string): number | null {
  const bytes = Buffer.from(text, 'latin1');
  const parsed = parseMaps(Buffer.concat([bytes, Buffer.alloc(SLACK_BYTES, ' 0:')]), bytes.length, NOT_TOLD);
  return 'malformedAt' in parsed ? parsed.malformedAt : null;
}

function kinds(text: string, mountinfo = ''): string[] {
  const mounts = new Mounts(mountinfo);
  return Array.from(parse(text, (device) => mounts.fileSystem(`${device >>> 20}:${device & 0xfffff}`)).table.kind, kindName);
}

/**
 * In the format of show_vma_header_prefix() and seq_pad(): numbers, then the name from column 73 on or after one more
 * space.
 */
function line(start: bigint, end: bigint, perms: string, offset: bigint, device: string, inode: bigint, name: string): string {
  const hex = (value: bigint): string => value.toString(16).padStart(8, '0');
  const numbers = `${hex(start)}-${hex(end)} ${perms} ${hex(offset)} ${device} ${inode} `;
  return name === '' ? `${numbers}\n` : `${numbers.padEnd(72)} ${name}\n`;
}

// Any bytes but newline, without a space at the beginning.
const hostileName = fc
  .uint8Array({ minLength: 1, maxLength: 80 })
  .map((bytes) => Buffer.from(bytes).toString('latin1').replaceAll('\n', '\t'))
  .filter((name) => !name.startsWith(' '));
const name = fc.oneof(fc.constantFrom('', '', '[heap]', '[stack]', '/usr/lib/x86_64-linux-gnu/libc.so.6', '/memfd:x (deleted)', '/a b,c'), hostileName);
const perms = fc
  .tuple(fc.constantFrom('r', '-'), fc.constantFrom('w', '-'), fc.constantFrom('x', '-'), fc.constantFrom('p', 's'))
  .map((letters) => letters.join(''));
const device = fc
  .tuple(fc.nat(0xfff), fc.nat(0xfffff))
  .map(([major, minor]) => `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}`);
const anonymous = fc.record({ perms, offset: fc.constant(0n), device: fc.constant('00:00'), inode: fc.constant(0n), name: fc.constant('') });
const named = fc.record({
  perms,
  offset: fc.bigInt(0n, 2n ** 52n - 1n),
  device,
  inode: fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 10n ** 7n)),
  name,
});
// Addresses of 8 to 16 digits: 32-bit, four levels, five levels, the kernel half.
const addresses = fc
  .uniqueArray(
    fc.oneof(fc.bigInt(0n, 2n ** 20n), fc.bigInt(2n ** 30n, 2n ** 35n), fc.bigInt(2n ** 35n, 2n ** 44n), fc.bigInt(2n ** 52n - 2n ** 20n, 2n ** 52n - 1n)),
    { minLength: 2, maxLength: 40 },
  )
  .map((pages) => pages.toSorted((a, b) => (a < b ? -1 : 1)));

const maps = fc.tuple(addresses, fc.array(fc.oneof(anonymous, named), { minLength: 20, maxLength: 20 })).map(([pages, rows]) => {
  let text = '';
  for (let i = 0; i + 1 < pages.length; i += 2) {
    const row = rows[i / 2];
    const [start, end] = [pages[i], pages[i + 1]];
    if (row !== undefined && start !== undefined && end !== undefined)
      text += line(start << 12n, end << 12n, row.perms, row.offset << 12n, row.device, row.inode, row.name);
  }
  return text;
});

it('reads every row like a plain regex, whatever the names', () =>
  fc.assert(
    fc.property(maps, (text) => {
      const { table, ordered } = parse(text);
      expect(tableRows(table)).toEqual(referenceRows(text));
      expect(ordered).toBe(true);
      checkTable(table);
    }),
    { numRuns: 500 },
  ));

it('reads its own map', () => {
  const text = readFileSync('/proc/self/maps');
  expect(tableRows(parse(text).table)).toEqual(referenceRows(text.toString('latin1')));
});

it('never makes a row of a line that lost or changed a byte of its numbers', () => {
  const numbers = '7f0123456000-7f0123458000 rw-p 00001000 fe:00 260386 ';
  const good = `${numbers.padEnd(73)}/x\n`;
  const reference = referenceRows(good);
  fc.assert(
    fc.property(fc.nat(numbers.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const changed = good.slice(0, at) + String.fromCharCode(byte) + good.slice(at + 1);
      const isSame = (text: string): boolean => {
        try {
          return malformedAt(text) === null && JSON.stringify(tableRows(parse(text).table), bigints) === JSON.stringify(referenceRows(text), bigints);
        } catch {
          return false;
        }
      };
      // Either it is refused, or a regex reads the changed line in the same way.
      expect(malformedAt(changed) !== null || isSame(changed)).toBe(true);
      expect(malformedAt(good.slice(0, at) + good.slice(at + 1)) !== null || isSame(good.slice(0, at) + good.slice(at + 1))).toBe(true);
    }),
    { numRuns: 2000 },
  );
  expect(reference).toHaveLength(1);
});

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

it.each([
  ['a last line without a newline', '00400000-00401000 r--p 00000000 00:00 0 ', 39],
  ['an address within a page', '00400000-00401001 r--p 00000000 00:00 0 \n', 0],
  ['an empty mapping', '00400000-00400000 r--p 00000000 00:00 0 \n', 0],
  ['an address of 17 digits', '00400000-10000000000000000 r--p 00000000 00:00 0 \n', 0],
  ['upper case', '0040A000-0040B000 r--p 00000000 00:00 0 \n', 0],
  ['no space behind the inode', '00400000-00401000 r--p 00000000 00:00 0\n', 0],
  ['an unknown mode', '00400000-00401000 r--q 00000000 00:00 0 \n', 0],
  ['a second line that is none', '00400000-00401000 r--p 00000000 00:00 0 \nhello\n', 41],
  ['an empty line', '\n', 0],
])('refuses %s', (_, text, at) => expect(malformedAt(text)).toBe(at));

it('leaves out rows that overlap and says so', () => {
  const text = ['1000-5', '3000-5', '4000-8', '5000-6', '2000-9'].map((range) => {
    const [start = '', end = ''] = range.split('-');
    return `0000${start}-0000${end}000 rw-p 00000000 00:00 0 \n`;
  });
  const { table, ordered } = parse(text.join(''));
  expect(ordered).toBe(false);
  expect(Array.from(table.start)).toEqual([1, 5]);
  expect(Array.from(table.end)).toEqual([5, 6]);
});

it('has each name once', () => {
  const rows = Array.from({ length: 5000 }, (_, i) =>
    line(BigInt(i + 1) << 12n, BigInt(i + 2) << 12n, 'r--p', 0n, 'fe:00', 7n, `/${'x'.repeat(40)}${i % 700}`),
  );
  const { table } = parse(rows.join(''));
  expect(nameCount(table.names)).toBe(701);
  expect(tableRows(table)).toEqual(referenceRows(rows.join('')));
});

function one(perms: string, device: string, name: string): string {
  return line(1n << 12n, 2n << 12n, perms, 0n, device, 5n, name);
}

it.each([
  ['', '00:00', 'anon'],
  ['[heap]', '00:00', 'heap'],
  ['[stack]', '00:00', 'stack'],
  ['[stack:123]', '00:00', 'stack'],
  ['[vdso]', '00:00', 'vdso'],
  ['[vvar]', '00:00', 'vvar'],
  ['[vvar_vclock]', '00:00', 'vvar'],
  ['[vsyscall]', '00:00', 'vsyscall'],
  ['[sigpage]', '00:00', 'vdso'],
  ['[vectors]', '00:00', 'vdso'],
  ['[uprobes]', '00:00', 'vdso'],
  ['[anon:scudo:primary]', '00:00', 'anon'],
  ['[anon_shmem:x]', '00:01', 'shmem'],
  ['/memfd:[heap] (deleted)', '00:01', 'shmem'],
  ['/memfd:x', 'fe:00', 'file'],
  ['/SYSV00000000 (deleted)', '00:01', 'shmem'],
  ['/SYSV', 'fe:00', 'file'],
  ['/dev/zero (deleted)', '00:01', 'shmem'],
  ['/secretmem (deleted)', '00:0e', 'shmem'],
  ['/drm mm object (deleted)', '00:01', 'device'],
  ['/what no driver was called before (deleted)', '00:01', 'device'],
  ['/[aio] (deleted)', '00:12', 'device'],
  ['/dmabuf:camera', '00:0b', 'device'],
  ['/dev/shm/x', '00:17', 'shmem'],
  ['/dev/dri/card0', '00:06', 'device'],
  ['/dev/zero', '00:06', 'anon'],
  ['/dev/core-notes.txt', '08:01', 'file'],
  ['/dev/shm/x', '08:01', 'file'],
  ['/sys/devices/pci0000:00/0000:00:02.0/resource0_wc', '00:15', 'device'],
  ['/anon_hugepage (deleted)', '00:0f', 'anon'],
  ['anon_inode:i915.gem', '00:0d', 'device'],
  ['anon_inode:[perf_event]', '00:0d', 'device'],
  ['socket:[123]', '00:08', 'device'],
  ['/tmp/[heap]', 'fe:00', 'file'],
  ['(unreachable)/x', 'fe:00', 'file'],
  ['/libz.so', '00:3c', 'file'],
  ['/var/cache/fontconfig', 'fe:00', 'file'],
])('calls %s on device %s %s', (name, device, kind) => expect(kinds(one('rw-p', device, name))).toEqual([kind]));

it('finds text, rodata and data for files with an executable mapping, and for no others', () => {
  const part = (page: number, perms: string, name: string): string =>
    line(BigInt(page) << 12n, BigInt(page + 1) << 12n, perms, 0n, 'fe:00', BigInt(name.length), name);
  const text = [
    part(1, 'r--p', '/lib'),
    part(2, 'r-xp', '/lib'),
    part(3, '---p', '/lib'),
    part(4, 'rw-p', '/lib'),
    part(5, 'r--p', '/other'),
    part(6, 'rwxp', ''),
  ];
  expect(kinds(text.join(''))).toEqual(['rodata', 'text', 'rodata', 'data', 'file', 'anon']);
});

const CONTAINER = [
  '1 0 0:50 / / rw - overlay overlay rw',
  '2 1 0:51 / /dev rw - tmpfs tmpfs rw',
  '3 2 0:52 / /dev/shm rw - tmpfs shm rw',
  '4 2 0:6 /null /dev/null rw - devtmpfs udev rw',
  '5 1 0:53 / /huge\\040pages rw - hugetlbfs none rw',
  '6 1 0:54 / /run rw - tmpfs run rw',
  '7 1 0:55 / /sys rw - sysfs sysfs rw',
  '8 1 0:56 / /x rw - fuse.hugetlbfs x rw',
  '9 1 0:52 / /elsewhere rw - tmpfs shm rw',
]
  .map((each) => `${each}\n`)
  .join('');

it.each([
  ['/dev/core-notes.txt', '00:32', 'rw-p', 'file'],
  ['/memfd:x (deleted)', '00:32', 'rw-p', 'file'],
  ['/dev/zero (deleted)', '00:32', 'rw-s', 'file'],
  ['/sys/x', '00:36', 'rw-s', 'file'],
  ['/bar', '00:37', 'rw-s', 'device'],
  ['/dev/nvidia0', '00:33', 'rw-s', 'device'],
  ['/dev/zero', '00:33', 'rw-p', 'anon'],
  ['/srv/null', '00:06', 'rw-s', 'device'],
  ['/srv/zero', '00:06', 'rw-p', 'anon'],
  ['/srv/zero', '00:06', 'rw-s', 'device'],
  ['/elsewhere/pool', '00:34', 'rw-s', 'shmem'],
  ['/huge pages/x', '00:35', 'rw-p', 'shmem'],
  ['/x/x', '00:38', 'rw-p', 'file'],
  ['/anon_hugepage (deleted)', '00:0f', 'rw-s', 'shmem'],
])('calls %s by what is mounted of device %s, %s: %s', (name, device, perms, kind) => expect(kinds(one(perms, device, name), CONTAINER)).toEqual([kind]));

it('does not ask about disks', () => {
  const asked: number[] = [];
  const part = (page: number, device: string): string => line(BigInt(page) << 12n, BigInt(page + 1) << 12n, 'rw-p', 0n, device, BigInt(page), `/${page % 3}`);
  const text = [1, 2, 3, 4, 5, 6].map((page) => part(page, page % 2 === 0 ? '08:01' : 'fd:00'));
  parse(text.join(''), (device) => {
    asked.push(device);
    return null;
  });
  expect(asked).toEqual([]);
});

it('distinguishes one name on two devices, and recognises one file under two names', () => {
  const part = (page: number, perms: string, device: string, inode: bigint, name: string): string =>
    line(BigInt(page) << 12n, BigInt(page + 1) << 12n, perms, 0n, device, inode, name);
  const text = [
    part(1, 'r--p', '08:01', 7n, '/lib'),
    part(2, 'r-xp', '08:01', 7n, '/lib'),
    part(3, 'r--p', '00:34', 7n, '/lib'),
    part(4, 'rw-p', '08:01', 7n, '/second name'),
    part(5, 'rw-p', '08:01', 8n, '/lib'),
    part(6, 'rw-p', '08:02', 7n, '/lib'),
    part(7, 'r--p', '08:01', 7n, '/lib'),
  ];
  expect(kinds(text.join(''), CONTAINER)).toEqual(['rodata', 'text', 'shmem', 'data', 'file', 'file', 'rodata']);
});

it('takes no address of a first line of eleven digits for one that it knows', () => {
  // As of programs under MemorySanitizer: what follows the eleven digits and a dash is where the second line begins.
  const text = line(0x100_0000_0000n, 0x1000_0000_0000n, 'rw-p', 0n, '00:00', 0n, '') + line(0x1000_0000_0000n, 0x2000_0000_0000n, '---p', 0n, '00:00', 0n, '');
  expect([...parse(text).table.start]).toEqual([0x1000_0000, 0x1_0000_0000]);
});
