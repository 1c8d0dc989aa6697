import { afterEach, expect, it, vi } from 'vitest';
import { noteGarbage } from './garbage.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('requests an asynchronous collection for each 8 MiB', () => {
  const gc = vi.fn();
  vi.stubGlobal('gc', gc);
  for (let i = 0; i < 64; i++) noteGarbage(1024 * 1024);
  expect(gc.mock.calls).toEqual(Array.from({ length: 8 }, () => [{ type: 'major', execution: 'async' }]));
});

it('does nothing without --expose-gc', () => {
  vi.stubGlobal('gc', undefined);
  expect(() => noteGarbage(64 * 1024 * 1024)).not.toThrow();
});
