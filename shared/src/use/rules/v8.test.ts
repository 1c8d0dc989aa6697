import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const NODE = '\n7f9000000000-7f9000100000 r-xp /usr/bin/node ; rd ex';
const HEAP = `
  3f613400000-3f613440000 rw-p ; rd wr dc
  118e68740000-118e6875e000 r--p ; rd dc
  39ebe7469000-39ebe7471000 rwxp ; rd wr ex dc nr
  7fb3037f0000-7fb303800000 ---p ; dc nr
  7faa5ca00000-7faa5ca10000 rw-p ; rd wr`;
const WASM = `
  7faa5c000000-7faa5ca00000 rw-p ; rd wr dc nr
  7faa5ca00000-7fac5c000000 ---p ; dc nr`;

describe('V8', () => {
  it('is told by the flag dc in node', () => {
    expect(wordsOf(HEAP + NODE)).toEqual(['gc_heap', 'gc_heap', 'jit_code', 'gc_heap', '-', 'library']);
    expect(factsOf(HEAP + NODE)[0]).toMatchObject({ of: 'V8 heap', certainty: 'seen', evidence: 'it has the flag dc, and the program is node' });
    expect(factsOf(HEAP + NODE)[2]).toMatchObject({ of: 'V8' });
  });

  it('reserves much for WebAssembly', () => {
    expect(factsOf(WASM + NODE).slice(0, 2)).toMatchObject([
      { use: 'wasm_memory', of: 'V8', evidence: expect.stringMatching(/^it is 10 MB in a run of 8 to 11 GB/) as string },
      { use: 'wasm_memory', of: 'V8' },
    ]);
    expect(wordsOf(WASM.replaceAll('7fac5c000000', '7fab5c000000') + NODE).slice(0, 2)).toEqual(['gc_heap', 'gc_heap']);
  });

  it('is likely in another program with many of its pages', () => {
    const pages = (count: number, flags: string): string =>
      Array.from(
        { length: count },
        (_, i) => `${(0x3f613400000 + i * 0x80000).toString(16)}-${(0x3f613440000 + i * 0x80000).toString(16)} rw-p ; rd wr ${flags}`,
      ).join('\n');
    expect(factsOf(pages(8, 'dc'))[0]).toMatchObject({ use: 'gc_heap', certainty: 'likely', evidence: expect.stringMatching(/pages of 256 KB/) as string });
    expect(wordsOf(pages(7, 'dc'))).not.toContain('gc_heap');
    expect(wordsOf(pages(8, 'dc hg'))).not.toContain('gc_heap');
  });

  it.each([
    ['of another program', HEAP],
    ['without flags', (HEAP + NODE).replaceAll(/;.*/g, '')],
    ['of an emulator', HEAP.replaceAll('dc', 'dc hg mg') + NODE],
    ['that is shared', `7f0000000000-7f0000040000 rw-s /dev/zero (deleted) ; rd wr dc${NODE}`],
  ])('is not memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('gc_heap');
  });
});
