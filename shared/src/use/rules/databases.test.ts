import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const POSTGRES = '\n7ff000000000-7ff000100000 r-xp /usr/lib/postgresql/15/bin/postgres ; rd ex';

describe('PostgreSQL', () => {
  it.each(['/dev/zero (deleted)', '/SYSV0040c523 (deleted)', '/anon_hugepage (deleted)'])('shares %s', (name) => {
    expect(factsOf(`7fe9952c4000-7fe999d72000 rw-s ${name}${POSTGRES}`)[0]).toMatchObject({
      use: 'shared_buffers',
      of: 'PostgreSQL',
      certainty: 'seen',
      evidence: expect.stringMatching(/^it is 74.7 MB of \//) as string,
    });
  });

  it('has one object with buffers: an extension may share others', () => {
    const other = '7fe999e00000-7fe99a100000 rw-s /dev/zero ; rd wr';
    expect(wordsOf(`7fe9952c4000-7fe999d72000 rw-s /dev/zero (deleted)\n${other}${POSTGRES}`).slice(0, 2)).toEqual(['shared_buffers', 'shared_memory']);
  });

  it.each([
    ['of another program', '7fe9952c4000-7fe999d72000 rw-s /dev/zero (deleted)'],
    ['of its lock', `7fe99cf2a000-7fe99cf2b000 rw-s /SYSV0040c523 (deleted)${POSTGRES}`],
    ['that is private', `7fe9952c4000-7fe999d72000 rw-p /dev/zero (deleted)${POSTGRES.replace('postgres ;', 'postmaster ;')}`],
    ['of a file', `7fe9952c4000-7fe999d72000 rw-s /home/a/dev/zero${POSTGRES}`],
  ])('has no such buffers in memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('shared_buffers');
  });
});
