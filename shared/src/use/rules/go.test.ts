import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const GO = { objects: { bss: [], isGo: true } };
const HEAP = `
  c000000000-c013400000 rw-p ; rd wr
  c013400000-c014000000 ---p`;

describe('the heap of Go', () => {
  it('lies in whole arenas', () => {
    expect(factsOf(HEAP, GO)).toMatchObject([
      { use: 'gc_heap', certainty: 'seen', of: 'Go heap', evidence: expect.stringMatching(/arenas of 64 MB: 320 MB from c000000000 on/) as string },
      { use: 'gc_heap', certainty: 'seen', of: 'Go heap' },
    ]);
  });

  it('lies at a random place from Go 1.26 on, closed in front', () => {
    const text = '375aec000000-375aec800000 ---p\n375aec800000-375aed000000 rw-p ; rd wr\n375aed000000-375af0000000 ---p';
    expect(wordsOf(text, GO)).toEqual(['gc_heap', 'gc_heap', 'gc_heap']);
  });

  it.each([
    ['of a program that Go did not build', HEAP, {}],
    ['whose program headers were not read', HEAP, { objects: null }],
    ['that begins elsewhere', HEAP.replace('c000000000', 'c000001000'), GO],
    ['that ends elsewhere', HEAP.replace('c014000000', 'c014001000'), GO],
    ['without access', '7f000000-80000000 ---p\nc000000000-c004000000 ---p', GO],
    ['where mmap() maps', '7faf6c000000-7faf6e000000 rw-p\n7faf6e000000-7faf70000000 ---p', GO],
  ])('is not memory %s', (_, text, evidence) => {
    expect(wordsOf(text, evidence)).not.toContain('gc_heap');
  });
});
