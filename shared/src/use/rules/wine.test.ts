import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

// Of cmd.exe by Wine 8.0, checked against what WINEDEBUG=+virtual prints.
const MAP = `
  00020000-00022000 ---p ; mr mw me
  00022000-00320000 rw-p ; rd wr mr mw me ac
  00331000-00340000 ---p ; mr mw me nr
  00340000-00360000 rw-p ; rd wr mr mw me ac
  01620000-67e00000 ---p ; mr mw me nr
  7b08a000-7b0ab000 r--p /usr/lib/x86_64-linux-gnu/wine/x86_64-windows/kernelbase.dll ; rd mr mw me ac
  7b0ab000-7b0ae000 rw-p ; rd wr mr mw me ac
  7b0ae000-7b0d3000 r--p /usr/lib/x86_64-linux-gnu/wine/x86_64-windows/kernelbase.dll ; rd mr mw me ac
  241b90000-241b91000 r--p /usr/lib/x86_64-linux-gnu/wine/x86_64-windows/msvcrt.dll ; rd mr mw me ac
  241b91000-241baa000 r-xp ; rd ex mr mw me ac
  241baa000-241bab000 rw-p ; rd wr mr mw me ac
  7ff5cb8f8000-7ff5cb9f8000 rw-p ; rd wr mr mw me ac
  7fffffdb0000-7fffffff0000 rw-p ; rd wr mr mw me ac`;
const PROGRAM = '\n7fffffff1000-7fffffff2000 r-xp /usr/lib/wine/wine64 ; rd ex';

describe('Wine', () => {
  it('has stacks and memory of Windows programs, and sections that were copied', () => {
    expect(factsOf(MAP + PROGRAM)).toMatchObject([
      { use: 'stack_guard', certainty: 'likely' },
      { use: 'thread_stack', certainty: 'likely' },
      { use: 'reserve' },
      { use: 'allocator', certainty: 'likely', of: 'Windows program' },
      { use: 'reserve' },
      { use: 'library', certainty: 'told', of: 'kernelbase.dll' },
      { use: 'library', certainty: 'likely', of: 'kernelbase.dll' },
      { use: 'library', certainty: 'told' },
      { use: 'library', certainty: 'told', of: 'msvcrt.dll' },
      { use: 'library', certainty: 'likely', of: 'msvcrt.dll' },
      { use: 'library', certainty: 'likely', of: 'msvcrt.dll' },
      { use: null },
      { use: 'allocator', of: 'Windows program' },
      { use: 'library' },
    ]);
  });

  it('is not another program that maps a DLL', () => {
    expect(wordsOf(MAP).filter((word) => word === 'thread_stack' || word === 'allocator')).toEqual([]);
  });

  it('takes no longer for each row, the more of them touch each other', () => {
    const hex = (page: number): string => `${page.toString(16)}000`;
    const rows = Array.from({ length: 100_000 }, (_, i) => `${hex(0x241b91 + i)}-${hex(0x241b92 + i)} ${i % 2 === 0 ? 'rw-p' : 'r--p'} ; rd`);
    const words = wordsOf(`241b90000-241b91000 r--p /usr/lib/wine/msvcrt.dll ; rd\n${rows.join('\n')}${PROGRAM}`);
    expect(words.filter((word) => word === 'library')).toHaveLength(100_002);
  });

  it.each([
    ['between multiples of 64 KB', '00351000-00360000 rw-p ; rd wr'],
    ['where other memory lies', '7ff5cb8f0000-7ff5cb900000 rw-p ; rd wr'],
    ['with flags of others', '00350000-00360000 rw-p ; rd wr nh'],
    ['behind a library of Linux', '7b000000-7b001000 r--p /lib/libc.so.6 ; rd\n7b001000-7b002000 rw-p ; rd wr'],
  ])('has no use for memory %s', (_, text) => {
    expect(wordsOf(text + PROGRAM)).not.toContain('allocator');
    expect(factsOf(text + PROGRAM).filter(({ certainty }) => certainty === 'likely')).toEqual([]);
  });
});
