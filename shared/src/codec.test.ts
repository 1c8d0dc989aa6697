import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeDelta, encodeSnapshot, type Frame, setSequence, snapshotBytes } from './codec.ts';
import { apply, diff } from './diff.ts';
import { PROTOCOL_VERSION } from './frame.ts';
import { KINDS } from './kind.ts';
import { COLUMNS, EMPTY_TABLE } from './region.ts';
import { layouts, linesIn, linesOf, manyLines, META, tableOf, tablePairs } from './table.fixture.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

type Snapshot = Extract<Frame, { type: 'snapshot' }>;
type DeltaFrame = Extract<Frame, { type: 'delta' }>;

function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const frame = decodeFrame(bytes);
  if (frame.type !== 'snapshot') throw new Error('not a snapshot');
  return frame;
}

function decodeDelta(bytes: Uint8Array): DeltaFrame {
  const frame = decodeFrame(bytes);
  if (frame.type !== 'delta') throw new Error('not a delta');
  return frame;
}

describe('a frame', () => {
  it('brings any table over unchanged, names by their bytes', () =>
    fc.assert(
      fc.property(
        layouts.chain((layout) => fc.tuple(fc.constant(layout), linesIn(layout))),
        word,
        ([layout, lines], sequence) => {
          const table = tableOf(lines);
          const meta = { ...META, layout };
          const frame = decodeSnapshot(encodeSnapshot(sequence, meta, table));
          expect(frame).toMatchObject({ sequence, meta });
          expect(linesOf(frame.table)).toEqual(lines);
          expect(frame.table.names).toEqual(table.names);
        },
      ),
    ));

  it('brings any delta over unchanged', () =>
    fc.assert(
      fc.property(tablePairs, word, word, ([a, b], sequence, base) => {
        const delta = diff(a, b);
        const frame = decodeDelta(encodeDelta(sequence, base, META, delta));
        expect(frame).toMatchObject({ sequence, base, meta: META });
        expect(frame.delta).toMatchObject({ removed: delta.removed, at: delta.at, names: delta.names.map((name) => new Uint8Array(name)) });
        expect(linesOf(apply(a, frame.delta))).toEqual(linesOf(b));
      }),
    ));

  it('has another version with each change of the columns or of the kinds: raise PROTOCOL_VERSION', () => {
    const columns = COLUMNS.map(([name, { name: array }]) => `${name} ${array}`);
    expect({ version: PROTOCOL_VERSION, columns, kinds: KINDS.length }).toEqual({
      version: 3,
      columns: [
        'start Float64Array',
        'end Float64Array',
        'offset Float64Array',
        'inodeLow Uint32Array',
        'inodeHigh Uint32Array',
        'device Uint32Array',
        'name Uint32Array',
        'perms Uint8Array',
        'kind Uint8Array',
      ],
      kinds: 26,
    });
  });

  it('of an empty table is a frame', () => {
    expect(linesOf(decodeSnapshot(encodeSnapshot(1, META, EMPTY_TABLE)).table)).toEqual([]);
    expect(linesOf(apply(EMPTY_TABLE, decodeDelta(encodeDelta(2, 1, META, diff(EMPTY_TABLE, EMPTY_TABLE))).delta))).toEqual([]);
  });

  it('decodes at any offset in a larger buffer, also as a Buffer, whose slice is not a copy', () => {
    class View extends Uint8Array {
      override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
        return this.subarray(start, end);
      }
    }
    const table = tableOf(manyLines(5));
    const frame = encodeSnapshot(1, META, table);
    for (let at = 0; at < 9; at++) {
      const buffer = new ArrayBuffer(at + frame.length + 5);
      new Uint8Array(buffer).set(frame, at);
      for (const kind of [Uint8Array, View]) expect(linesOf(decodeSnapshot(new kind(buffer, at, frame.length)).table)).toEqual(linesOf(table));
    }
  });

  it('has a place in a stream that its sender gives it', () => {
    const frame = encodeSnapshot(0, META, tableOf(manyLines(3)));
    setSequence(frame.subarray(0), 2 ** 32 - 1);
    expect(decodeSnapshot(frame)).toMatchObject({ sequence: 2 ** 32 - 1, meta: META });
  });

  it('takes about as many bytes as estimated', () => {
    const table = tableOf(manyLines(1000));
    expect(Math.abs(encodeSnapshot(1, META, table).length - snapshotBytes(table))).toBeLessThan(1024);
  });
});
