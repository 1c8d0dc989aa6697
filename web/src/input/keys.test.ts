import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { keysTable } from './keys-table.ts';
import { commandOf } from './keys.ts';

function press(key: string, code = ''): ReturnType<typeof commandOf> {
  return commandOf({ key, code, target: null } as unknown as KeyboardEvent);
}

// There are no elements here; a key that is pressed nowhere is all that is asked about.
vi.stubGlobal('HTMLElement', Object);

it('zooms and moves by the place of a key, not by its letter', () => {
  // AZERTY: what is written Z stands where W does elsewhere, and W is not there.
  expect(press('z', 'KeyW')).toBe('zoomIn');
  expect(press('w', 'KeyZ')).toBeNull();
  expect(press('q', 'KeyA')).toBe('panUp');
  // Cyrillic.
  expect(press('в', 'KeyD')).toBe('panDown');
});

it('takes every other key by what is written on it, large or small', () => {
  expect(press('n', 'KeyN')).toBe('nextHit');
  expect(press('N', 'KeyN')).toBe('previousHit');
  expect(press('T', 'KeyT')).toBe('table');
  // Dvorak.
  expect(press('p', 'KeyR')).toBe('picker');
  expect(press('7', 'Digit7')).toBeNull();
});

it('is told in README as it is', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, table] = /<!-- keys: web\/src\/input\/keys.ts -->\n([\s\S]*?)\n<!-- \/keys -->/.exec(readme) ?? [];
  expect(table).toBe(keysTable());
});
