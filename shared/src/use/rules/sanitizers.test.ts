import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const ASAN = `
  7fff7000-8fff7000 rw-p ; rd wr nr dd nh
  8fff7000-2008fff7000 ---p ; nr
  2008fff7000-10007fff8000 rw-p ; rd wr nr dd nh`;
const ASAN_HEAP = `
  600000000000-603000000000 ---p ; nr
  603000000000-603000010000 rw-p ; rd wr
  603000010000-640000000000 ---p ; nr
  640000000000-640000002000 rw-p ; rd wr
  7fc631c00000-7fc631d00000 rw-p ; rd wr
  7fc632fb4000-7fc6330b4000 rw-p ; rd wr`;
const TSAN = `
  8000000000-10000000000 ---p ; nr
  10000000000-2e5568e8000 rw-p ; rd wr nr dd nh
  2e5568e8000-2e556968000 r--p /tmp/tsan.rodata.24761 (deleted) ; rd
  2e556968000-2e556a44000 rw-p ; rd wr nr nh
  300000000000-340000000000 rw-p ; rd wr nr dd nh
  340000000000-550000000000 ---p ; nr
  7b0000000000-7b0800000000 ---p ; nr
  7b0800000000-7b0800010000 rw-p ; rd wr
  7b0800010000-7c0000000000 ---p ; nr
  7f0000000000-7f0000010000 rw-p ; rd wr
  7f0000010000-7f0800000000 ---p ; nr`;
const MSAN = `
  10000000000-100000000000 rw-p ; rd wr nr dd nh
  500000000000-510000000000 rw-p ; rd wr nr dd nh
  600000000000-714000000000 ---p ; nr
  714000000000-714000010000 rw-p ; rd wr
  714000010000-720000000000 ---p ; nr`;

describe('AddressSanitizer', () => {
  it('is told by the exact places of its shadow, also without flags', () => {
    for (const text of [ASAN, ASAN.replaceAll(/;.*/g, '')])
      expect(factsOf(text)).toMatchObject([
        { use: 'shadow', certainty: 'seen', of: 'ASan shadow', evidence: expect.stringMatching(/7fff7000 to 8fff7000/) as string },
        { use: 'shadow', certainty: 'seen', of: 'ASan shadow gap' },
        { use: 'shadow', certainty: 'seen', of: 'ASan shadow' },
      ]);
  });

  it('has an allocator at a fixed place, and blocks of its own', () => {
    const facts = factsOf(ASAN + ASAN_HEAP).slice(3);
    expect(facts.slice(0, 4).every(({ use, certainty }) => use === 'sanitizer_allocator' && certainty === 'seen')).toBe(true);
    expect(facts[0]).toMatchObject({ of: 'ASan', evidence: expect.stringMatching(/^it lies in the 4 TB from 600000000000 on/) as string });
    expect(facts[4]).toMatchObject({ use: 'sanitizer_allocator', certainty: 'likely', of: 'ASan runtime' });
    expect(facts[5]?.use).toBeNull();
  });

  it.each([
    ['an allocator without shadow', ASAN_HEAP],
    ['shadow that begins elsewhere', ASAN.replace('7fff7000-', '7fff8000-') + ASAN_HEAP],
    ['shadow that ends elsewhere', ASAN.replace('10007fff8000', '10007fff9000') + ASAN_HEAP],
    ['closed shadow', ASAN.replace('8fff7000 rw-p', '8fff7000 ---p') + ASAN_HEAP],
  ])('is not told by %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('shadow');
    expect(wordsOf(text)).not.toContain('sanitizer_allocator');
  });

  it('takes no block that ends where memory is closed', () => {
    expect(wordsOf(`${ASAN}\n7f0000000000-7f0000100000 rw-p ; rd wr\n7f0000100000-7f0000200000 ---p`)[3]).toBe('-');
  });

  it('has no allocator in less memory than it reserves', () => {
    expect(wordsOf(ASAN + ASAN_HEAP.replace('603000010000-640000000000', '603000010000-630000000000')).slice(3, 7)).toEqual(['reserve', '-', 'reserve', '-']);
  });
});

describe('ThreadSanitizer', () => {
  it.each([
    ['by its library', `${TSAN.replace('-340000000000', '-338000000000')}\n7f9000000000-7f9000100000 r-xp /usr/lib/libtsan.so.2.0.0 ; rd ex`],
    ['by the place of its metadata', TSAN],
  ])('is told %s', (_, text) => {
    expect(wordsOf(text).slice(0, 10)).toEqual([
      ...['shadow', 'shadow', 'library', 'shadow', 'shadow', 'shadow'],
      ...['sanitizer_allocator', 'sanitizer_allocator', 'sanitizer_allocator', '-'],
    ]);
    expect(factsOf(text).slice(0, 4)).toMatchObject([
      { of: 'TSan gap' },
      { of: 'TSan shadow or metadata', certainty: 'seen' },
      { use: 'library' },
      { of: 'TSan shadow or metadata', certainty: 'likely' },
    ]);
  });

  it('is not told by flags at other places, or without flags', () => {
    for (const text of [TSAN.replace('300000000000-', '300000001000-'), TSAN.replaceAll(/;.*/g, '')]) {
      expect(wordsOf(text)).not.toContain('shadow');
      expect(wordsOf(text)).not.toContain('sanitizer_allocator');
    }
  });
});

describe('MemorySanitizer', () => {
  it('is told by two of its shadows', () => {
    expect(wordsOf(MSAN)).toEqual(['shadow', 'shadow', 'shadow', 'sanitizer_allocator', 'sanitizer_allocator']);
    expect(factsOf(MSAN)[0]).toMatchObject({ of: 'MSan shadow or metadata', evidence: expect.stringMatching(/nr, dd and nh/) as string });
  });

  it('is not told by one of them', () => {
    expect(wordsOf(MSAN.replace('500000000000-', '500000001000-'))).not.toContain('shadow');
    expect(wordsOf(MSAN.replace(' 10000000000-', ' 10000001000-'))).not.toContain('shadow');
  });
});

it('memory with the flags nr, dd and nh alone is not the shadow of a sanitizer', () => {
  expect(wordsOf('7f0000000000-7f0010000000 rw-p ; rd wr nr dd nh')).toEqual(['-']);
});
