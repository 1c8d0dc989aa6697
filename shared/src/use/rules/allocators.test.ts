import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const withLibrary = (name: string): string => `\n7ff000000000-7ff000100000 r-xp /usr/lib/${name} ; rd ex`;

describe('jemalloc', () => {
  const EXTENT = '7f671a800000-7f671d400000 rw-p ; rd wr nr';

  it('is told by the flag nr', () => {
    expect(factsOf(EXTENT + withLibrary('libjemalloc.so.2'))[0]).toMatchObject({ use: 'allocator', certainty: 'seen', of: 'jemalloc' });
  });

  it.each([
    ['without its library', EXTENT],
    ['without the flag', EXTENT.replace('nr', 'ac') + withLibrary('libjemalloc.so.2')],
    ['of a stack', EXTENT.replace('nr', 'nr nh') + withLibrary('libjemalloc.so.2')],
  ])('is not memory %s', (_, text) => {
    expect(wordsOf(text)[0]).toBe('-');
  });
});

describe('mimalloc', () => {
  const UNITS = '5f48c000000-5f490200000 rw-p ; rd wr nr\n5f490200000-5f492000000 ---p ; nr';
  const LIBRARY = withLibrary('libmimalloc.so.2.0');

  it('is told by its library, the place and whole units', () => {
    expect(factsOf(UNITS + LIBRARY).slice(0, 2)).toMatchObject([
      { use: 'allocator', certainty: 'seen', of: 'mimalloc' },
      { use: 'allocator', certainty: 'seen', of: 'mimalloc' },
    ]);
  });

  it.each([
    ['without its library', UNITS],
    ['that ends elsewhere', UNITS.replace('5f492000000', '5f491000000') + LIBRARY],
    ['above 30 TB', UNITS.replaceAll('5f4', '7f5f4') + LIBRARY],
  ])('is not memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('allocator');
  });
});
