import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const CHROMIUM = '\n7f9000000000-7f9000100000 r-xp /usr/lib/chromium/chromium ; rd ex';
const POOL = `
  e8c00000000-e8c00002000 ---p
  e8c00002000-e8c00003000 rw-p ; rd wr
  e8c00003000-e8c00004000 ---p
  e8c00004000-e8c001e0000 rw-p ; rd wr
  e8c001e0000-e9000000000 ---p`;
const SANDBOX = `
  35c700000000-35d700000000 ---p ; nr dd
  35d701000000-35d7013a2000 rw-p ; rd wr nr
  35d701400000-35d701500000 rw-p ; rd wr
  35d702a40000-371f00000000 ---p ; nr dd`;

describe('Chromium', () => {
  it('has pools of PartitionAlloc', () => {
    expect(wordsOf(POOL + CHROMIUM)).toEqual(['allocator', 'allocator', 'allocator', 'allocator', 'allocator', 'library']);
    expect(factsOf(POOL + CHROMIUM)[3]).toMatchObject({
      certainty: 'likely',
      of: 'PartitionAlloc',
      evidence: expect.stringMatching(/run of 16 GB at a multiple/) as string,
    });
  });

  it('has a sandbox of V8', () => {
    expect(wordsOf(SANDBOX + CHROMIUM)).toEqual(['gc_heap', 'gc_heap', '-', 'gc_heap', 'library']);
    expect(factsOf(SANDBOX + CHROMIUM)[1]).toMatchObject({ certainty: 'likely', of: 'V8 sandbox', evidence: expect.stringMatching(/1.34 TB/) as string });
  });

  it.each([
    ['of another program', POOL + SANDBOX],
    ['that begins elsewhere', POOL.replace('e8c00000000-', 'e8c00001000-') + CHROMIUM],
    ['that ends elsewhere', POOL.replace('e9000000000', 'e8fffe00000') + CHROMIUM],
    [
      'without pages of metadata',
      POOL.replaceAll('3000', '4000')
        .replace('e8c00004000-e8c00004000 ---p', '')
        .replace(/\n\s*\n/, '\n') + CHROMIUM,
    ],
    ['of half a terabyte', SANDBOX.replace('371f00000000', '363700000000') + CHROMIUM],
    ['without the flag dd', SANDBOX.replaceAll(' dd', '') + CHROMIUM],
  ])('has no such memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('allocator');
    expect(wordsOf(text)).not.toContain('gc_heap');
  });
});
