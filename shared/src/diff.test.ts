import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeDelta } from './codec.ts';
import { alignNames, apply, applyAll, type Delta, diff, isEmptyDelta } from './diff.ts';
import { nameCount } from './text/names.ts';
import { checkTable, COLUMNS, EMPTY_TABLE, type MappingTable } from './region.ts';
import { type Line, linesOf, manyLines, META, tableOf, tablePairs, tables } from './table.fixture.ts';

const EMPTY_DELTA = diff(EMPTY_TABLE, EMPTY_TABLE);

/** The result is a valid table, or the delta is refused. */
function appliesSafely(table: MappingTable, delta: Delta): void {
  let result = EMPTY_TABLE;
  try {
    result = apply(table, delta);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
  }
  checkTable(result);
}

describe('a delta', () => {
  it('applied to the old table makes the new one, row by row, by the bytes of the names', () =>
    fc.assert(
      fc.property(tablePairs, ([a, b]) => {
        expect(linesOf(apply(a, diff(a, b)))).toEqual(linesOf(b));
      }),
      { numRuns: 400 },
    ));

  it('makes what alignNames() makes of the new table by itself', () =>
    fc.assert(
      fc.property(tablePairs, ([a, b]) => {
        const aligned = alignNames(a.names, b);
        expect(aligned).toEqual(apply(a, diff(a, b)));
        expect(diff(a, aligned)).toEqual(diff(a, b));
      }),
    ));

  it('is empty from a table to itself, also where the names are in another order', () =>
    fc.assert(
      fc.property(tables, (table) => {
        const lines = linesOf(table);
        const count = nameCount(table.names);
        const reordered = apply(tableOf(lines.slice(-1)), diff(tableOf(lines.slice(-1)), table));
        expect(nameCount(reordered.names)).toBe(count);
        for (const other of [table, tableOf(lines), reordered]) {
          expect(isEmptyDelta(diff(table, other))).toBe(true);
          expect(diff(table, other)).toEqual(EMPTY_DELTA);
        }
      }),
    ));

  it('names exactly the rows that the two have not in common', () =>
    fc.assert(
      fc.property(tablePairs, ([a, b]) => {
        const delta = diff(a, b);
        const [old = [], next = []] = [a, b].map((table) => linesOf(table).map((line) => JSON.stringify(line)));
        expect(Array.from(delta.removed, (row) => old[row])).toEqual(old.filter((line) => !next.includes(line)));
        expect(Array.from(delta.at, (row) => next[row])).toEqual(next.filter((line) => !old.includes(line)));
        expect(isEmptyDelta(delta)).toBe(delta.removed.length + delta.at.length === 0);
      }),
    ));

  it.each(COLUMNS.map(([column]) => column))('sends a row of which only %s changed', (column) => {
    const [line] = manyLines(1);
    if (line === undefined) throw new Error('no line');
    const changed: Line = { ...line, [column]: column === 'name' ? '/another' : line[column] + (column === 'start' ? -1 : 1) };
    const delta = diff(tableOf([line]), tableOf([changed]));
    expect([delta.removed.length, delta.at.length]).toEqual([1, 1]);
    expect(linesOf(apply(tableOf([line]), delta))).toEqual([changed]);
  });

  it('leads through a chain when its sender keeps what apply() made, as its receiver does', () =>
    fc.assert(
      fc.property(fc.array(tables, { minLength: 2, maxLength: 5 }), ([first = EMPTY_TABLE, ...rest]) => {
        let kept = first;
        for (const next of rest) {
          kept = apply(kept, diff(kept, next));
          expect(linesOf(kept)).toEqual(linesOf(next));
        }
      }),
    ));

  it('of one change in 65,000 mappings takes at most 1 KiB', () => {
    const lines = manyLines(65_000);
    const table = tableOf(lines);
    const changed = lines.map((line, i) => (i === 40_000 ? { ...line, perms: 5, name: '/usr/lib/x86_64-linux-gnu/new.so' } : line));
    const bytes = encodeDelta(2, 1, META, diff(table, tableOf(changed)));
    expect(bytes.length).toBeLessThanOrEqual(1024);
  });
});

describe('applyAll', () => {
  it('makes of a chain of deltas what apply() makes of one after the other', () =>
    fc.assert(
      fc.property(fc.array(tablePairs, { maxLength: 5 }), (pairs) => {
        const versions = [EMPTY_TABLE, ...pairs.flat()];
        const deltas: Delta[] = [];
        let last = EMPTY_TABLE;
        for (const next of versions.slice(1)) {
          deltas.push(diff(last, next));
          last = apply(last, diff(last, next));
        }
        expect(applyAll(EMPTY_TABLE, deltas)).toEqual(last);
      }),
    ));

  it('refuses a delta that does not fit', () => {
    const table = tableOf(manyLines(6));
    const gone = diff(table, EMPTY_TABLE);
    expect(applyAll(table, [gone])).toEqual({ ...EMPTY_TABLE, names: table.names });
    expect(() => applyAll(table, [gone, gone])).toThrow(RangeError);
  });
});

describe('apply', () => {
  it('of a delta between two other tables gives a sound table or a RangeError', () =>
    fc.assert(
      fc.property(tables, tablePairs, (table, [a, b]) => appliesSafely(table, diff(a, b))),
      { numRuns: 200 },
    ));

  const table = tableOf(manyLines(6));
  const one = diff(table, tableOf(manyLines(8).filter((_, i) => i !== 2 && i !== 6)));

  it.each<[string, Partial<Delta>]>([
    ['a row that is removed twice', { removed: Uint32Array.of(2, 2) }],
    ['rows that go in no order', { removed: Uint32Array.of(3, 2) }],
    ['a row that is not there', { removed: Uint32Array.of(6) }],
    ['more rows than there are', { removed: Uint32Array.from({ length: 9 }, (_, i) => i), at: Uint32Array.of(), rows: EMPTY_TABLE }],
    ['a row that comes behind the end', { at: Uint32Array.of(6) }],
    ['a row that comes among later ones', { at: Uint32Array.of(0) }],
    ['a row that comes twice', { at: Uint32Array.of(5, 5) }],
    ['a name that nobody gave', { names: [] }],
    ['no row where one comes', { rows: EMPTY_TABLE }],
  ])('refuses %s', (_, change) => {
    expect(linesOf(apply(table, one))).toHaveLength(6);
    expect(() => apply(table, { ...one, ...change })).toThrow(RangeError);
  });
});
