import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendNames, nameBytes, nameCount, nameIndex, nameKey, type Names, NO_NAMES } from './names.ts';
import { keyBytes } from '../table.fixture.ts';

const lists = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 20 });

function listOf(names: Names): Uint8Array[] {
  return Array.from({ length: nameCount(names) }, (_, i) => new Uint8Array(nameBytes(names, i)));
}

describe('names', () => {
  it('begin with the empty one', () => expect(listOf(NO_NAMES)).toEqual([new Uint8Array(0)]));

  it('are appended in order, and earlier ones stay', () => {
    fc.assert(
      fc.property(lists, lists, (first, second) => {
        const names = appendNames(NO_NAMES, first);
        const before = listOf(names);
        expect(listOf(appendNames(names, second))).toEqual([new Uint8Array(0), ...first, ...second]);
        expect(listOf(names)).toEqual(before);
      }),
    );
    expect(appendNames(NO_NAMES, [])).toBe(NO_NAMES);
  });

  it('have a key that is one char for each byte', () =>
    fc.assert(
      fc.property(lists, fc.uint8Array({ minLength: 500, maxLength: 1600, size: 'max' }), (list, long) => {
        const names = appendNames(NO_NAMES, [...list, long, ...list]);
        for (let i = 0; i < nameCount(names); i++) expect(keyBytes(nameKey(names, i))).toEqual(new Uint8Array(nameBytes(names, i)));
      }),
    ));

  it('are found by their key, the first of equal ones', () =>
    fc.assert(
      fc.property(lists, (list) => {
        const names = appendNames(NO_NAMES, list);
        const keys = listOf(names).map((_, i) => nameKey(names, i));
        const index = nameIndex(names);
        expect(index.size).toBe(new Set(keys).size);
        for (const key of [...keys, 'nobody has this name']) expect(index.get(key) ?? -1).toBe(keys.indexOf(key));
        expect(nameIndex(names)).toBe(index);
      }),
    ));
});
