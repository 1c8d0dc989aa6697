import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const LIBC = '\n7ff000000000-7ff000100000 r-xp /usr/lib/libc.so.6 ; rd ex';
const BLOCK = '7f0000000000-7f0000101000 rw-p ; rd wr mr mw me ac';

describe('a large block of malloc', () => {
  it.each([
    ['of 1 MB', BLOCK, 'it is 1 MB and 4 KB: as large as a block of malloc with its header'],
    ['of 128 KB', '7f0000000000-7f0000021000 rw-p ; rd wr', 'it is 128 KB and 4 KB: as large as a block of malloc with its header'],
    ['27 times', '7f0000000000-7f0001b1b000 rw-p ; rd wr', 'it is 27 times 1 MB and 4 KB: as large as 27 blocks of malloc with their headers'],
  ])('is likely what has its size, %s', (_, text, evidence) => {
    expect(factsOf(text + LIBC)[0]).toEqual({ use: 'malloc_large', certainty: 'likely', of: '', evidence });
  });

  it('has a power of 2 in a Java VM, which has memory of other sizes', () => {
    const vm = `${LIBC}\n7ff100000000-7ff100100000 r-xp /usr/lib/libjvm.so ; rd ex`;
    expect(wordsOf(BLOCK + vm)[0]).toBe('malloc_large');
    expect(wordsOf(`7f0000000000-7f0002101000 rw-p ; rd wr${vm}`)[0]).toBe('-');
  });

  it.each([
    ['of a plain mmap()', BLOCK.replace('7f0000101000', '7f0000100000') + LIBC],
    ['that is smaller', BLOCK.replace('7f0000101000', '7f0000011000') + LIBC],
    ['without glibc', BLOCK],
    ['without known flags', BLOCK.replace(/;.*/, '') + LIBC],
    ['with a flag', BLOCK.replace('ac', 'nr') + LIBC],
    ['behind a file', `7effffff0000-7f0000000000 rw-p /lib/a.so ; rd wr\n${BLOCK}${LIBC}`],
    ['beside another allocator', `${BLOCK}${LIBC}\n7ff100000000-7ff100100000 r-xp /usr/lib/libjemalloc.so.2 ; rd ex`],
    ['of Python', `${BLOCK}${LIBC}\n7ff100000000-7ff100100000 r-xp /usr/bin/python3.11 ; rd ex`],
  ])('is not memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('malloc_large');
  });
});
