import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const withLibrary = (name: string): string => `\n7ff000000000-7ff000100000 r-xp /usr/lib/${name} ; rd ex`;

describe('Python', () => {
  const PYTHON = withLibrary('python3.11').replace('lib/', 'bin/');
  const ARENAS = '7f00c43f9000-7f00c47f9000 rw-p ; rd wr mr mw me ac';

  it('likely takes whole megabytes', () => {
    expect(factsOf(ARENAS + PYTHON)[0]).toMatchObject({
      use: 'allocator',
      certainty: 'likely',
      of: 'Python',
      evidence: expect.stringMatching(/^it is 4 MB/) as string,
    });
  });

  it('may have an arena below the guard of a stack', () => {
    const stack = '7f00c47f9000-7f00c47fa000 ---p ; nh\n7f00c47fa000-7f00c4ffa000 rw-p ; rd wr nh';
    const threads = { threads: [{ tid: 1, comm: 'a', stackPage: 0x7f00c_4ff9 }], guards: [], left: 0, denied: '' };
    expect(wordsOf(`${ARENAS}\n${stack}${PYTHON}`, { threads }).slice(0, 3)).toEqual(['allocator', 'stack_guard', 'thread_stack']);
  });

  it.each([
    ['of another program', ARENAS],
    ['of another size', ARENAS.replace('7f00c47f9000', '7f00c47fa000') + PYTHON],
    ['with flags', ARENAS.replace('ac', 'nh') + PYTHON],
    ['without known flags', ARENAS.replace(/;.*/, '') + PYTHON],
    ['that begins a reservation', `${ARENAS}\n7f00c47f9000-7f00c83f9000 ---p ; mr${PYTHON}`],
    ['behind a file', `7f00c43f8000-7f00c43f9000 rw-p /lib/a.so ; rd wr\n${ARENAS}${PYTHON}`],
  ])('does not take memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('allocator');
  });
});
