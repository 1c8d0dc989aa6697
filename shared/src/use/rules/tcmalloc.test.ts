import { describe, expect, it } from 'vitest';
import { factsOf } from './map-text.fixture.ts';

// As of a program with LD_PRELOAD=libtcmalloc_minimal.so.4, and with TCMALLOC_SKIP_SBRK=1.
const MAP = `
  55ef6911a000-55ef6a01a000 rw-p [heap] ; rd wr
  7f95359fa000-7f9535ffa000 rw-p ; rd wr
  7f9539218000-7f9539240000 r-xp /usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4.5.10 ; rd ex`;

describe('tcmalloc', () => {
  it('takes the program break', () => {
    expect(factsOf(MAP)[0]).toMatchObject({
      use: 'heap',
      certainty: 'told',
      of: 'tcmalloc',
      evidence: expect.stringMatching(/minimal\.so\.4\.5\.10/) as string,
    });
  });

  it('is not known by plain memory', () => {
    expect(factsOf(MAP)[1]).toMatchObject({ use: null });
  });

  it('has no part in the heap of a program without its library', () => {
    expect(factsOf(MAP.replace('libtcmalloc_minimal', 'libnottcmalloc'))[0]).toMatchObject({ use: 'heap', of: '' });
  });
});
