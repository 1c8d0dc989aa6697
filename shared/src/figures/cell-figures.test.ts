import { describe, expect, it } from 'vitest';
import { CellFigures } from './cell-figures.ts';
import { FIGURE_ROW_CELLS, FLAG_SET_CELL } from './mapping-figures.ts';

describe('CellFigures', () => {
  it('turns the parts of a read into columns', () => {
    const part = (start: number, rss: number, flagSet: number): Float64Array => {
      const cells = new Float64Array(FIGURE_ROW_CELLS).fill(NaN);
      cells.set([start, start + 1, rss]);
      cells[FLAG_SET_CELL] = flagSet;
      return cells;
    };
    const collected = new CellFigures();
    collected.add(part(16, 4, 1), ['', 'rd wr']);
    collected.add(part(20, 0, 2), ['rd']);
    const { length, start, end, rss, flagSet, flagSets, device, inode } = collected.finish();
    expect({ length, start: [...start], end: [...end], rss: [...rss], flagSet: [...flagSet], flagSets }).toEqual({
      length: 2,
      start: [16, 20],
      end: [17, 21],
      rss: [4, 0],
      flagSet: [1, 2],
      flagSets: ['', 'rd wr', 'rd'],
    });
    expect([...device, ...inode]).toEqual([NaN, NaN, NaN, NaN]);
  });

  it('is empty without parts', () => {
    expect(new CellFigures().finish()).toMatchObject({ length: 0, flagSets: [''] });
  });
});
