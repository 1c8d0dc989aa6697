import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const PROGRAM = '\n7ff000000000-7ff000100000 r-xp /usr/bin/luajit-2.1.0-beta3 ; rd ex';

describe('LuaJIT', () => {
  it.each([
    ['segments', '7fa88bf8a000-7fa88c28a000'],
    ['a table with a mapping of its own', '7fa88b788000-7fa88bb89000'],
  ])('has %s', (_, range) => {
    expect(factsOf(`${range} rw-p ; rd wr mr mw me ac${PROGRAM}`)[0]).toMatchObject({ use: 'gc_heap', certainty: 'likely', of: 'LuaJIT heap' });
  });

  it.each([
    ['of another size', '7fa88bf8a000-7fa88c28b000 rw-p ; rd wr'],
    ['with flags of others', '7fa88bf8a000-7fa88c28a000 rw-p ; rd wr nr'],
    ['of unknown flags', '7fa88bf8a000-7fa88c28a000 rw-p'],
  ])('has not memory %s', (_, text) => {
    expect(wordsOf(text + PROGRAM)[0]).toBe('-');
  });

  it('is not taken for the heap of a program that has it inside', () => {
    const inside = '\n7ff000000000-7ff000100000 r-xp /usr/lib/x86_64-linux-gnu/libluajit-5.1.so.2 ; rd ex';
    expect(wordsOf(`7fa88bf8a000-7fa88c28a000 rw-p ; rd wr${inside}`)[0]).toBe('-');
  });
});
