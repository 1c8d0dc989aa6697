import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const QEMU = '\n7fd000000000-7fd000100000 r-xp /usr/bin/qemu-system-x86_64 ; rd ex';
const GUEST = `
  7fbfb7e00000-7fbfc7e00000 rw-p ; rd wr dc hg mg
  7fbfc7e00000-7fbfc7e01000 ---p
  7fbfc8000000-7fc007fff000 rwxp ; rd wr ex hg
  7fc007fff000-7fc008000000 ---p ; hg`;

describe('QEMU', () => {
  it('has memory of a guest and a buffer for translated code', () => {
    expect(wordsOf(GUEST + QEMU)).toEqual(['guest_ram', 'guard', 'translation_buffer', 'translation_buffer', 'library']);
    expect(factsOf(GUEST + QEMU)[2]).toMatchObject({ of: 'QEMU', certainty: 'seen', evidence: expect.stringMatching(/run of 1 GB of executable/) as string });
  });

  it.each([
    ['of another program', GUEST],
    ['without flags', GUEST.replaceAll(/;.*/g, '') + QEMU],
    ['without the flag mg', `7fbfb7e00000-7fbfc7e00000 rw-p ; rd wr dc hg${QEMU}`],
    ['of generated code elsewhere', `7fbfc8000000-7fc007fff000 rwxp ; rd wr ex${QEMU}`],
  ])('is not told by memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('guest_ram');
    expect(wordsOf(text)).not.toContain('translation_buffer');
  });
});
