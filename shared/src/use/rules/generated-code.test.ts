import { describe, expect, it } from 'vitest';
import { factsOf, wordsOf } from './map-text.fixture.ts';

const CODE = '7f0000000000-7f0000010000 r-xp ; rd ex';
const withFiles = (...names: readonly string[]): string =>
  [CODE, ...names.map((name, i) => `7ff${i}00000000-7ff${i}00100000 r-xp /usr/lib/${name} ; rd ex`)].join('\n');

describe('generated code', () => {
  it.each([
    [[], ''],
    [['libluajit-5.1.so.2.1.0'], 'LuaJIT'],
    [['libpcre2-8.so.0.11.2', 'libffi.so.8.1.2'], 'PCRE or libffi'],
  ])('of %j', (names, of) => {
    expect(factsOf(withFiles(...names))[0]).toMatchObject({ use: 'jit_code', certainty: 'seen', of });
  });

  it('under Valgrind is all of its memory', () => {
    expect(factsOf(withFiles('memcheck-amd64-linux'))[0]).toMatchObject({ use: 'allocator', of: 'Valgrind' });
    expect(wordsOf(withFiles('memcheck-amd64-linux.so'))[0]).toBe('jit_code');
  });

  it('is no file, and no data', () => {
    expect(wordsOf('7f0000000000-7f0000010000 r-xp /tmp/code\n7f0000010000-7f0000020000 r--p ; rd')).toEqual(['library', '-']);
  });
});
