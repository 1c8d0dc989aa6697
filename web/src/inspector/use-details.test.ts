import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import { usesOf } from '@procmap/shared/use/rules/map-text.fixture.ts';
import { describe, expect, it } from 'vitest';
import { useDetails } from './use-details.ts';

describe('what a mapping is for', () => {
  it('is said with its evidence and how sure it is', () => {
    const uses = usesOf('550000100000-550000121000 rw-p [heap]');
    expect(useDetails(uses, 0, LAYOUT_64)).toMatchObject({
      text: 'heap',
      sentence: expect.stringContaining('brk') as string,
      evidence: 'Told: the kernel calls it [heap]: the program break.',
      parts: [],
      isOfThreads: false,
    });
  });

  it('is said to be unknown where no rule has evidence', () => {
    expect(useDetails(usesOf('7f0000001000-7f0000801000 rw-p'), 0, LAYOUT_64)).toMatchObject({
      text: 'not known',
      sentence: '',
      evidence: expect.stringMatching(/^Not known/) as string,
    });
  });

  it('lists a few of many parts', () => {
    const guards = Array.from({ length: 20 }, (_, i) => ({ start: 0x7_f000_0000 + 16 * i, end: 0x7_f000_0001 + 16 * i }));
    const uses = usesOf('7f0000000000-7f0000140000 rw-p ; rd wr nh gu', {
      threads: { threads: [{ tid: 7, comm: 'w', stackPage: 0x7_f000_0008 }], guards, left: 0, denied: '' },
    });
    const { parts, more, isOfThreads } = useDetails(uses, 0, LAYOUT_64);
    expect(parts.slice(0, 3)).toEqual([
      { start: '0x00007f0000000000', size: '4 KB', text: 'stack guard: w 7' },
      { start: '0x00007f0000001000', size: '60 KB', text: 'thread stack: w 7' },
      { start: '0x00007f0000010000', size: '4 KB', text: 'not known' },
    ]);
    expect(parts.length + more).toBe(40);
    expect(isOfThreads).toBe(true);
  });
});
