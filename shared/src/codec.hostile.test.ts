import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeDelta, encodeSnapshot } from './codec.ts';
import { apply, diff } from './diff.ts';
import { checkTable, EMPTY_TABLE, type MappingTable } from './region.ts';
import { manyLines, META, tableOf, tablePairs, withNames } from './table.fixture.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** null if it throws a RangeError; rethrows any other error. */
function orRefused<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return null;
  }
}

/** Any bytes are either refused or make a valid table. */
function decodesSafely(bytes: Uint8Array, old: MappingTable): void {
  const frame = orRefused(() => decodeFrame(bytes));
  const table = frame?.type === 'delta' ? orRefused(() => apply(old, frame.delta)) : frame?.table;
  if (table) checkTable(table);
}

describe('a frame', () => {
  it('cut short anywhere, or with bytes behind it, is refused', () => {
    const [a, b] = [tableOf(manyLines(9)), tableOf(manyLines(12).slice(2))];
    for (const frame of [encodeSnapshot(1, META, a), encodeSnapshot(1, META, EMPTY_TABLE), encodeDelta(2, 1, META, diff(a, b))]) {
      for (let length = 0; length < frame.length; length++) expect(() => decodeFrame(frame.subarray(0, length)), `${length}`).toThrow(/short/);
      for (const more of [1, 8]) expect(() => decodeFrame(Uint8Array.of(...frame, ...new Uint8Array(more)))).toThrow(RangeError);
    }
  });

  it('with any bytes changed is refused, or is a valid table', () => {
    const change = fc.record({ at: fc.oneof(fc.nat(7), fc.nat()), value: fc.oneof(word, fc.constantFrom(0, 1, 2, 0x7fffffff, 0xffffffff)) });
    fc.assert(
      fc.property(tablePairs, fc.boolean(), fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), ([a, b], snapshot, changes, bytes) => {
        const frame = snapshot ? encodeSnapshot(1, META, b) : encodeDelta(2, 1, META, diff(a, b));
        const view = new DataView(frame.buffer);
        for (const { at, value } of changes) {
          if (bytes) view.setUint8(at % frame.length, value & 0xff);
          else view.setUint32(4 * (at % Math.floor(frame.length / 4)), value, true);
        }
        decodesSafely(frame, a);
      }),
      { numRuns: 2000 },
    );
  });

  it('of random bytes is refused', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => decodeFrame(bytes)).toThrow(RangeError);
      }),
    ));

  it.each([
    ['another version', 3, 99, /reload the page/],
    ['another type', 4, 3, /unknown type/],
    ['no type', 4, 0, /unknown type/],
  ])('of %s is refused', (_, at, value, words) => {
    const table = tableOf(manyLines(2));
    for (const frame of [encodeSnapshot(1, META, table), encodeDelta(2, 1, META, diff(EMPTY_TABLE, table))]) {
      frame[at] = value;
      expect(() => decodeFrame(frame)).toThrow(words);
    }
  });

  it('of a snapshot that removes rows is refused', () => {
    const frame = encodeSnapshot(1, META, EMPTY_TABLE);
    frame[24] = 1;
    expect(() => decodeFrame(frame)).toThrow(/unknown type/);
  });

  it('with names that end before they begin is refused', () => {
    const names = { bytes: Uint8Array.of(65, 66, 67), ends: Uint32Array.of(0, 0, 3, 2, 3) };
    expect(() => decodeFrame(encodeSnapshot(1, META, withNames(EMPTY_TABLE, names)))).toThrow(/names out of order/);
  });

  it('with invalid meta, or with a row above its space, is refused', () => {
    const table = tableOf(manyLines(2));
    const layout = { ...META.layout, bits: 32 as const, taskEnd: 1, userEnd: 1, kernelStart: 1, end: 2 ** 20 };
    expect(() => decodeFrame(encodeSnapshot(1, { ...META, takenAt: NaN }, table))).toThrow(/meta/);
    expect(() => decodeFrame(encodeSnapshot(1, { ...META, layout }, table))).toThrow(/beyond the end/);
    expect(() => decodeFrame(encodeDelta(2, 1, { ...META, layout }, diff(EMPTY_TABLE, table)))).toThrow(/beyond the end/);
  });
});
