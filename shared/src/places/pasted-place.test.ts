import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatByteAddress } from '../page.ts';
import { MAX_CHARS, type PastedPlace, readPastedPlace } from './pasted-place.ts';

/** `address length file+offset from`, in hex. */
function words(place: PastedPlace | null): string | null {
  if (place === null) return null;
  const { address, length, inFile } = place;
  const hex = (at: Parameters<typeof formatByteAddress>[0] | null): string => (at === null ? '-' : formatByteAddress(at, 1));
  return [hex(address), hex(length), inFile === null ? '-' : `${inFile.name}+${hex(inFile.offset)} ${inFile.from}`].join(' ');
}

it.each([
  ['libc.so.6+0x1d3000', '- - libc.so.6+0x1d3000 load address'],
  ['/opt/my app/lib++.so + 0x10', '- - /opt/my app/lib++.so+0x10 load address'],
  ['# C  [libc.so.6+0x16d9a0]  __strlen_avx2+0x20', '- - libc.so.6+0x16d9a0 load address'],
  ['V  [libjvm.so+0x8d2f3a]  JavaMain+0x8a', '- - libjvm.so+0x8d2f3a load address'],
  ['#0  0x00007f6df5f85ddf raise (libc.so.6 + 0x3bebe)', '0x7f6df5f85ddf - libc.so.6+0x3bebe load address'],
  ['/usr/local/go/src/runtime/panic.go:261 +0x1a', null],
  ['libc.so.6[7f96c1268000+1d5000]', '0x7f96c1268000 0x1d5000 -'],
  ['in libc.so.6[28000,7f96c1268000+1d5000]', '0x7f96c1268000 0x1d5000 libc.so.6+0x28000 file'],
  ['error 4 in libc.so.6[167ad8,7ffb72272000+156000] likely on CPU 1 (core 1, socket 0)', '0x7ffb72272000 0x156000 libc.so.6+0x167ad8 file'],
  // The form of arm64.
  [
    'app[812]: unhandled exception: DABT (lower EL), ESR 0x0000000092000006, level 2 translation fault in app[754,aaaae0f30000+1000]',
    '0xaaaae0f30000 0x1000 app+0x754 file',
  ],
  [
    'app[812]: segfault at 0 ip 00007f96c1269abc sp 00007ffd1000 error 4 in libc.so.6[7f96c1268000+1d5000]',
    '0x7f96c1269abc - libc.so.6+0x1abc executable mapping',
  ],
  // From Linux 6.18 and 6.11: both mappings have an offset in the file.
  [
    '[64750.179585] crash[2562]: segfault at 8 ip 00007ffb723b3ad8 sp 00007fffe2c8af88 error 4 in libc.so.6[167ad8,7ffb72272000+156000] likely on CPU 1 (core 1, socket 0)',
    '0x7ffb723b3ad8 - libc.so.6+0x167ad8 file',
  ],
  [
    'segfault at 8 ip 00007f6df5f85ddf sp 00007ffd1000 error 4 in ld-linux-x86-64.so.2[13ddf,7f6df5f73000+28000]',
    '0x7f6df5f85ddf - ld-linux-x86-64.so.2+0x13ddf file',
  ],
  ['traps: app[7] general protection fault ip:7f96c1269abc sp:7ffd1000 error:0 in app[7f96c1268000+2000]', '0x7f96c1269abc - app+0x1abc executable mapping'],
  ['app[812]: segfault at 0 ip 0000000000001234 sp 00007ffd1000 error 14 in app[555555554000+1000]', '0x1234 - -'],
  ['/lib/x86_64-linux-gnu/libc.so.6(+0x29d90) [0x7f96c1291d90]', '0x7f96c1291d90 - /lib/x86_64-linux-gnu/libc.so.6+0x29d90 load address'],
  ['./app(main+0x1d) [0x55d0c0de]', '0x55d0c0de - -'],
  ['#3  0x00007f96c1268abc in __libc_start_main () from /lib/libc.so.6', '0x7f96c1268abc - -'],
  ['    #1 0x7f96c1291d8f  (/lib/libc.so.6+0x29d8f) (BuildId: 6196)', '0x7f96c1291d8f - /lib/libc.so.6+0x29d8f load address'],
  ['00007ff6`12345678', '0x7ff612345678 - -'],
])('reads %j', (text, expected) => expect(words(readPastedPlace(text))).toBe(expected));

it.each(['', 'libc', '0x7f96c1268000', '7f96c1268000-7f96c143d000 r-xp', 'size>1M', 'w+x', '0x7f96c1268000+0x10', 'a+b', '#3', '1234`5678'])(
  'leaves %j',
  (text) => expect(readPastedPlace(text)).toBeNull(),
);

it.each(['ip 1234', 'ip 1234 in a', 'in a[1,2+3]'])('takes no word for it of a process that calls itself %j', (comm) => {
  const line = `${comm}[7]: segfault at 8 ip 00007ffb723b3ad8 sp 00007fffe2c8af88 error 4 in libc.so.6[167ad8,7ffb72272000+156000]`;
  expect(words(readPastedPlace(line))).toBe('0x7ffb723b3ad8 - libc.so.6+0x167ad8 file');
});

it('reads a name of 255 bytes, and a frame of a long symbol', () => {
  const name = 'x'.repeat(255);
  const line = `app[7]: segfault at 8 ip 00007ffb723b3ad8 sp 00007fffe2c8af88 error 4 in ${name}[167ad8,7ffb72272000+156000]`;
  expect(words(readPastedPlace(line))).toBe(`0x7ffb723b3ad8 - ${name}+0x167ad8 file`);
  expect(words(readPastedPlace(`#3 0x7f96c1291d8f in ${'std::pair<'.repeat(200)}`))).toBe('0x7f96c1291d8f - -');
});

/** Parts of such lines, complete and cut. */
const PIECES = ['in a[', 'ip 7f96c1269abc ', 'ip 1234 in a[', 'ip 1234 in a[1,2+', '(a+0x1', '[1,2+', '#1 0x1 (', 'a+0x1 ', '  '];

it('takes any text, in time that does not grow with its square', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      readPastedPlace(text);
    }),
  );
  for (const piece of PIECES) {
    const [whole, longest] = [piece.repeat(4000), `a${piece.repeat(4000)}`.slice(0, MAX_CHARS - 1) + 'x'];
    const began = performance.now();
    readPastedPlace(longest);
    expect([piece, performance.now() - began < 1000]).toEqual([piece, true]);
    const between = performance.now();
    expect(readPastedPlace(whole)).toBeNull();
    expect([piece, performance.now() - between < 1000]).toEqual([piece, true]);
  }
});
