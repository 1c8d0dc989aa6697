import { describe, expect, it } from 'vitest';
import type { ThreadEvidence } from '../evidence.ts';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const ARENA = `
  7f0004000000-7f0004700000 rw-p ; rd wr nr
  7f0004700000-7f0008000000 ---p ; nr`;

describe('an arena of malloc', () => {
  it('is told by flag and exact geometry', () => {
    const [used, rest] = factsOf(ARENA);
    expect(used).toMatchObject({ use: 'malloc_arena', certainty: 'seen', of: '7 MB of 64 MB committed' });
    expect(rest).toMatchObject({
      use: 'malloc_arena',
      certainty: 'seen',
      of: '7 MB of 64 MB committed',
      evidence: expect.stringMatching('not made writable') as string,
    });
  });

  it('may hold several heaps', () => {
    expect(factsOf('7f0004000000-7f0009000000 rw-p ; rd wr nr\n7f0009000000-7f000c000000 ---p ; nr')[0]).toMatchObject({
      of: '80 MB of 128 MB committed',
    });
  });

  it('is likely what fills its heaps', () => {
    expect(factsOf('7f0004000000-7f000c000000 rw-p ; rd wr nr')).toMatchObject([
      { use: 'malloc_arena', certainty: 'likely', of: expect.stringMatching(/all of it committed/) as string },
    ]);
  });

  it('is only likely in a process of one thread, which has no need of it', () => {
    const threads = (count: number): ThreadEvidence => ({
      threads: Array.from({ length: count }, (_, i) => ({ tid: i + 1, comm: 'a', stackPage: null })),
      guards: [],
      left: 0,
      denied: '',
    });
    expect(factsOf(ARENA, { threads: threads(1) }).map(({ certainty }) => certainty)).toEqual(['likely', 'likely']);
    expect(factsOf(ARENA, { threads: threads(2) }).map(({ certainty }) => certainty)).toEqual(['seen', 'seen']);
  });

  it('is 1 MB in a program of 32 bits', () => {
    const text = 'f7000000-f7021000 rw-p ; rd wr nr\nf7021000-f7100000 ---p ; nr';
    expect(factsOf(text)[0]).toMatchObject({ use: 'malloc_arena', of: '132 KB of 1 MB committed' });
    expect(wordsOf(`${text}\n7f0000000000-7f0000001000 rw-p`)).not.toContain('malloc_arena');
  });

  it('is 8 MB where malloc takes huge pages', () => {
    const text = '7f23a5000000-7f23a5200000 rw-p ; rd wr nr\n7f23a5200000-7f23a5800000 ---p ; nr';
    expect(factsOf(text)[0]).toMatchObject({ use: 'malloc_arena', certainty: 'seen', of: '2 MB of 8 MB committed' });
    expect(wordsOf(text.replaceAll('5200000', '5201000'))).not.toContain('malloc_arena');
    expect(wordsOf('7f23a5000000-7f23a5800000 rw-p ; rd wr nr')).not.toContain('malloc_arena');
  });

  it.each([
    ['without flags', ARENA.replaceAll(/;.*/g, '')],
    ['without swap reservation (nr)', ARENA.replaceAll('nr', 'ac')],
    ['at another place', ARENA.replaceAll('7f0004', '7f0005')],
    ['with another end', ARENA.replace('7f0008000000', '7f000a000000')],
    ['without a closed rest', ARENA.split('\n')[1] ?? ''],
    ['of a sanitizer (dd)', ARENA.replaceAll('nr', 'nr dd')],
    ['of V8 (dc)', ARENA.replaceAll('nr', 'nr dc')],
    ['that is executable', ARENA.replace('rw-p', 'rwxp')],
    ['where mimalloc has its units', ARENA.replaceAll('7f00', '5f0')],
  ])('is not memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('malloc_arena');
  });
});
