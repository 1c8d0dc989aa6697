import { describe, expect, it } from 'vitest';
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
    expect(factsOf('7f0004000000-7f000c000000 rw-p ; rd wr nr')).toMatchObject([{ use: 'malloc_arena', certainty: 'likely', of: /all of it committed/ }]);
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
  ])('is not memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('malloc_arena');
  });
});
