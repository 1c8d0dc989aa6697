import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const PHP = '\n7ff000000000-7ff000100000 r-xp /usr/bin/php8.2 ; rd ex';
const OPCACHE = `\n7ff100000000-7ff100100000 r-xp /usr/lib/php/20220829/opcache.so ; rd ex`;
const SHARED = `
  56106f000000-561077000000 rw-s /dev/zero (deleted) ; rd wr
  561077000000-56107b000000 r-xs /dev/zero (deleted) ; rd ex`;

describe('PHP', () => {
  it.each([
    ['a chunk', '7f2b55000000-7f2b55200000'],
    ['a block larger than a chunk', '7f2b54a00000-7f2b54e01000'],
  ])('takes %s', (_, range) => {
    expect(factsOf(`${range} rw-p ; rd wr${PHP}`)[0]).toMatchObject({ use: 'allocator', certainty: 'likely', of: 'Zend memory manager' });
  });

  it('takes a chunk that the kernel joined with bss', () => {
    const file = '7ffff0000000-7ffff01fe000 rw-p /usr/lib/libedit.so\n';
    const bss = { objects: { bss: [{ start: 0x7_fff_f01fe, end: 0x7_fff_f0200 }], isGo: false } };
    const [, joined] = factsOf(`${file}7ffff01fe000-7ffff0400000 rw-p ; rd wr${PHP.replaceAll('7ff0', '7fff')}`, bss);
    expect(joined).toMatchObject({ use: 'mixed', of: 'bss of libedit.so, allocator memory of Zend memory manager', certainty: 'likely' });
    const [, other] = factsOf(`${file}7ffff01fe000-7ffff0300000 rw-p ; rd wr${PHP.replaceAll('7ff0', '7fff')}`, bss);
    expect(other?.of).toBe('bss of libedit.so, memory not told');
  });

  it('shares compiled scripts, and code made of them', () => {
    expect(factsOf(SHARED + PHP + OPCACHE).slice(0, 2)).toMatchObject([
      { use: 'opcode_cache', certainty: 'seen', of: 'PHP opcache', evidence: expect.stringMatching(/128 MB of/) as string },
      { use: 'jit_code', certainty: 'seen', of: 'PHP opcache' },
    ]);
  });

  it('has no part in what an extension shares beside the cache', () => {
    const other = '7f1000000000-7f1000300000 rw-s /dev/zero ; rd wr';
    expect(wordsOf(`${SHARED}\n${other}${PHP}${OPCACHE}`).slice(0, 3)).toEqual(['opcode_cache', 'jit_code', 'shared_memory']);
    const [cache = ''] = SHARED.trim().split('\n');
    expect(wordsOf(`${cache}\n${other}${PHP}${OPCACHE}`).slice(0, 2)).toEqual(['shared_memory', 'shared_memory']);
    expect(wordsOf(`${cache}${PHP}${OPCACHE}`)[0]).toBe('opcode_cache');
  });

  it.each([
    ['of another program', `7f2b55000000-7f2b55200000 rw-p ; rd wr${SHARED}`],
    ['at another place', `7f2b55001000-7f2b55201000 rw-p ; rd wr${PHP}`],
    ['that is small', `7f2b55000000-7f2b55100000 rw-p ; rd wr${PHP}`],
    ['with flags of others', `7f2b55000000-7f2b55200000 rw-p ; rd wr nr${PHP}`],
    ['that is shared without opcache', SHARED + PHP],
  ])('has no use for memory %s', (_, text) => {
    expect(wordsOf(text)).not.toContain('allocator');
    expect(wordsOf(text)).not.toContain('opcode_cache');
  });
});
