import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FIGURE_COLUMNS, FIGURE_ROW_CELLS, FLAG_SET_CELL } from '../figures/mapping-figures.ts';
import { END_PAGE_64 } from '../page.ts';
import { smapsJsonBegin, smapsJsonEnd, smapsJsonRows, type SmapsJson } from './smaps-json.ts';
import { figuresOf } from './smaps.fixture.ts';

const FLAG_SETS = ['', 'rd wr mr mw me ac', 'rd "\\ <b>'];
const kb = fc.oneof(fc.constant(NaN), fc.maxSafeNat());
const word = fc.nat(2 ** 32 - 1);
/** Device, both halves of the inode, and the offset in pages. */
const backing = fc.oneof(fc.constant([NaN, NaN, NaN, NaN]), fc.tuple(word, word, word, fc.nat(2 ** 52 - 1)));
/** Bounds of disjoint mappings; the last one may be at the end of the space. */
const rows = fc
  .tuple(
    fc.uniqueArray(fc.nat(END_PAGE_64), { minLength: 2, maxLength: 12 }),
    fc.array(fc.array(kb, { minLength: FIGURE_COLUMNS.length, maxLength: FIGURE_COLUMNS.length }), { minLength: 6, maxLength: 6 }),
    fc.array(fc.nat(2), { minLength: 6, maxLength: 6 }),
    fc.array(backing, { minLength: 6, maxLength: 6 }),
  )
  .map(([bounds, figures, flags, backings]) => {
    const sorted = bounds.toSorted((a, b) => a - b);
    const length = Math.floor(sorted.length / 2);
    const cells = Array.from({ length }, (_, i) => [
      sorted[2 * i] ?? 0,
      sorted[2 * i + 1] ?? 0,
      ...(figures[i] ?? []),
      flags[i] ?? 0,
      ...(backings[i] ?? []),
    ]).flat();
    return Float64Array.from(cells);
  });

function parse(texts: readonly string[]): SmapsJson {
  return JSON.parse(smapsJsonBegin(7, '</script>', 0) + texts.join('') + smapsJsonEnd({ torn: false, cost: { ms: 1, bytes: 2, reads: 3 } })) as SmapsJson;
}

it('has all figures, however it is split into parts', () => {
  fc.assert(
    fc.property(rows, fc.nat(6), fc.constantFrom(8, 16), (cells, cut, digits) => {
      const at = Math.min(cut * FIGURE_ROW_CELLS, cells.length);
      const texts = [smapsJsonRows(cells.subarray(0, at), FLAG_SETS, true, digits), smapsJsonRows(cells.subarray(at), FLAG_SETS, at === 0, digits)];
      const json = parse(texts);
      expect(json).toMatchObject({ pid: 7, comm: '</script>', taken_at: '1970-01-01T00:00:00.000Z', torn: false, cost: { bytes: 2 } });
      // One line each, so that clients can count them on arrival.
      expect(texts.join('').split('\n').length - 1).toBe(json.rows.length);
      const figures = figuresOf(json);
      expect(figures.length * FIGURE_ROW_CELLS).toBe(cells.length);
      for (let i = 0; i < figures.length; i++) {
        const row = cells.subarray(i * FIGURE_ROW_CELLS, (i + 1) * FIGURE_ROW_CELLS);
        expect([figures.start[i], figures.end[i]]).toEqual([row[0], row[1]]);
        expect(FIGURE_COLUMNS.map(([column]) => figures[column][i])).toEqual([...row.subarray(2, FLAG_SET_CELL)]);
        expect(figures.flagSets[figures.flagSet[i] ?? 0]).toBe(FLAG_SETS[row[FLAG_SET_CELL] ?? 0]);
        const [device, low = NaN, high = NaN, offset] = row.subarray(FLAG_SET_CELL + 1);
        expect([figures.device[i], figures.inode[i]]).toEqual([device, high * 2 ** 32 + low]);
        expect(figures.offset[i]).toBe(offset);
      }
    }),
  );
});

it('takes columns by their names, and knows nothing of others', () => {
  const figures = figuresOf({ columns: ['new_kb', 'end', 'start', 'rss_kb', 'vm_flags'], rows: [[1, '0x3000', '0x1000', 8, 'rd']] });
  expect([figures.start[0], figures.end[0], figures.rss[0], figures.pss[0]]).toEqual([1, 3, 8, NaN]);
  expect(figures.flagSets[figures.flagSet[0] ?? 0]).toBe('rd');
  expect([figures.device[0], figures.inode[0], figures.offset[0]]).toEqual([NaN, NaN, NaN]);
});

it.each([
  [['0x1000', '0x1000', 0]],
  [['0x1001', '0x2000', 0]],
  [['1', 2, 0]],
  [
    ['0x2000', '0x3000', 0],
    ['0x1000', '0x2000', 0],
  ],
  [
    ['0x2000', '0x4000', 0],
    ['0x3000', '0x5000', 0],
  ],
  [['0x1000', '0x2000', -1]],
  [['0x1000', '0x2000', 'many']],
])('refuses %j', (...rowsOfIt) => expect(() => figuresOf({ columns: ['start', 'end', 'rss_kb'], rows: rowsOfIt })).toThrow(RangeError));
