import fc from 'fast-check';
import { expect, it } from 'vitest';
import { appendNames, NO_NAMES } from '../text/names.ts';
import { isLibraryName } from './library-name.ts';

const encoder = new TextEncoder();

function isLibrary(name: string): boolean {
  const names = appendNames(NO_NAMES, [encoder.encode(name)]);
  const first = isLibraryName(names, 1);
  expect(isLibraryName(names, 1)).toBe(first);
  return first;
}

it.each(['/usr/lib/libc.so.6', '/usr/lib/libm.so', '/lib/x.so (deleted)', '/lib/a.b.so.1.2', '/lib/.so'])('%s is a library', (name) =>
  expect(isLibrary(name)).toBe(true),
);

it.each(['', '[heap]', 'libc.so.6', '/etc/ld.so-cache', '/usr/bin/sort', '/a.sort', '/a.s', '/a.', '/lib/so.6'])('%s is none', (name) =>
  expect(isLibrary(name)).toBe(false),
);

it('knows the same names as the pattern of a library', () => {
  const names = fc.array(fc.constantFrom('/', '.', '.so', 's', 'o', ' ', 'a')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(names, (name) => {
      expect(isLibrary(name)).toBe(name.startsWith('/') && /\.so(\.|$| )/.test(name));
    }),
  );
});
