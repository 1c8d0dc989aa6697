import { expect, it } from 'vitest';
import { readAddressLine } from './address-line.ts';
import { formatByteAddress } from '../page.ts';
import { readPastedPlace } from './pasted-place.ts';

it.each([
  ['lldb', '  * frame #0: 0x7f12a6d3c9a0 libc.so.6`__strlen_avx2 + 32'],
  ['lldb', '    frame #1: 0x00007f12a6d3c9a0 a.out`main + 24 at a.c:5'],
  ['gdb', '=> 0x7f12a6d3c9a0 <__strlen_avx2+0>:\tendbr64'],
  ['gdb', '0x7f12a6d3c9a0:\t0x00000001\t0x00000000'],
  ['gdb', '$1 = (int *) 0x7f12a6d3c9a0'],
  ['Rust', '   3:     0x7f12a6d3c9a0 - __libc_start_main'],
  ['perf script', '\t    7f12a6d3c9a0 __strlen_avx2+0x20 (/usr/lib/x86_64-linux-gnu/libc.so.6)'],
  ['perf script', 'app 1234 [001] 12345.678: 250000 cycles:  7f12a6d3c9a0 std::less<int>::operator()(int, int)+0x20 (/usr/lib/libc.so.6)'],
  ['perf script', '    7f12a6d3c9a0 [unknown] (//anon)'],
  ['backtrace_symbols', './a.out[0x7f12a6d3c9a0]'],
  ['backtrace_symbols', './a.out() [0x7f12a6d3c9a0]'],
  ['the kernel', 'app[99]: segfault at deadbeef ip 00007f12a6d3c9a0 sp 00007ffd7c8a9d08 error 15'],
  ['the kernel', 'RIP: 0033:0x7f12a6d3c9a0'],
  ['the kernel', '[<00007f12a6d3c9a0>] ? do_syscall_64+0x3b/0x90'],
  ['ASan', '==123==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000000 (pc 0x7f12a6d3c9a0 bp 0x7ffe sp 0x7ffe T0)'],
  ['Java', '#  SIGSEGV (0xb) at pc=0x00007f12a6d3c9a0, pid=1234, tid=1235'],
  ['Go', '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x7f12a6d3c9a0]'],
  ['pmap', '00007f12a6d3c9a0    1624K r-x-- libc.so.6'],
  ['pmap -x', '00007f12a6d3c9a0    1624       8       8 rw---   [ anon ]'],
  ['numa_maps', '7f12a6d3c9a0 default file=/usr/lib/libc.so.6 mapped=38 N0=38'],
  ['nm', '00007f12a6d3c9a0 T strlen'],
  ['strace', 'mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f12a6d3c9a0'],
  ['Python', '<__main__.A object at 0x7f12a6d3c9a0>'],
  ['punctuation', '"0x7f12a6d3c9a0",'],
  ['punctuation', '0x7f12a6d3c9a0.'],
])('reads the address in a line of %s: %s', (_, text) => {
  const { address, length, inFile } = readPastedPlace(text) ?? { address: null, length: null, inFile: null };
  expect([address === null ? null : formatByteAddress(address, 1), length, inFile]).toEqual(['0x7f12a6d3c9a0', null, null]);
});

it.each([
  '      0x7f12a6d3c000     0x7f12a6d3e000     0x2000        0x0  r--p   /usr/lib/x86_64-linux-gnu/libc.so.6',
  '0x00007f12a6d3c000 0x00007f12a6d3e000 0x0000000000002000 0x0000000000000000 r--p  /usr/lib/x86_64-linux-gnu/libc.so.6 ',
])('reads the range of a row of gdb: %s', (text) => {
  const { address, length } = readPastedPlace(text) ?? { address: null, length: null };
  expect([address, length]).toEqual([
    { page: 0x7f12a6d3c, byte: 0 },
    { page: 2, byte: 0 },
  ]);
});

it.each(['0x7f12a6d3c9a0', '7f12a6d3c9a0', 'size>1M 0x7f12a6d3c9a0', 'kind:heap perm:w', 'libc.so.6', '12345678 r-xp', 'memfd:a (deleted)', 'a at 0x10', ''])(
  'takes nothing that a search may be: %s',
  (text) => expect(readAddressLine(text)).toBeNull(),
);

it('is fast for long text', () => {
  const pieces = ['0x7f12 ', 'a ', '7f12a6d3c9a0 ', ': ', '<', '[0x7f12', '(', ' 1 r', 'ip 1234 ', 'a(', '1: '];
  const began = performance.now();
  for (const piece of pieces) readAddressLine(piece.repeat(Math.floor(4096 / piece.length)));
  expect(performance.now() - began).toBeLessThan(1000);
});
