import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isMapMeta } from './frame.ts';
import { layouts, META } from './table.fixture.ts';

const viaJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Every path to a value in an object: `process.pid`, `cost`, ... */
function pathsOf(value: object, above = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const path = above + key;
    return typeof inner === 'object' && inner !== null ? [path, ...pathsOf(inner, `${path}.`)] : [path];
  });
}

function withValue(value: unknown, path: readonly string[], put: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return put;
  const record = value as Record<string, unknown>;
  return { ...record, [key]: withValue(record[key], rest, put) };
}

it('takes the meta of a frame in any layout, and keys that are yet to come', () => {
  fc.assert(
    fc.property(layouts, fc.string(), (layout, comm) => {
      expect(isMapMeta(viaJson({ ...META, layout, process: { ...META.process, comm } }))).toBe(true);
    }),
  );
  expect(isMapMeta(viaJson({ ...META, more: 1 }))).toBe(true);
});

it.each(pathsOf(META))('refuses it without %s, or with one of another type', (path) => {
  const keys = path.split('.');
  const value = keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], META);
  for (const other of [undefined, null, [], {}, NaN, Infinity, typeof value === 'string' ? 1 : 'text'])
    expect(isMapMeta(withValue(META, keys, other))).toBe(false);
});

it('refuses it with an invalid layout', () => {
  for (const change of [{ taskEnd: 0 }, { end: 2 ** 20 }, { kernelStart: 0.5 }, { bits: 32 }, { processBits: 16 }]) {
    expect(isMapMeta({ ...META, layout: { ...META.layout, ...change } })).toBe(false);
  }
});

it('refuses anything else', () => {
  for (const other of [null, undefined, 1, 'meta', true, [], [META], {}]) expect(isMapMeta(other)).toBe(false);
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(isMapMeta(value)).toBe(false);
    }),
  );
});
