import { FIGURE_ROW_CELLS, FLAG_SET_CELL } from '@procmap/shared/figures/mapping-figures.ts';
import { smapsJsonBegin, smapsJsonEnd, smapsJsonRows } from '@procmap/shared/output/smaps-json.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SmapsText } from './smaps-text.ts';

const COST = { ms: 1, bytes: 2, reads: 3 };

function cellsOf(rows: number): Float64Array {
  const cells = new Float64Array(rows * FIGURE_ROW_CELLS);
  for (let i = 0; i < rows; i++) {
    cells.set([2 * i + 1, 2 * i + 2, i], i * FIGURE_ROW_CELLS);
    cells[i * FIGURE_ROW_CELLS + FLAG_SET_CELL] = i % 2;
  }
  return cells;
}

function answer(rows: number, end: Parameters<typeof smapsJsonEnd>[0]): string {
  return smapsJsonBegin(7, '],"rows":[\n', 1000) + smapsJsonRows(cellsOf(rows), ['', 'rd ] , \n'], true, 16) + smapsJsonEnd(end);
}

it('is the same wherever it is cut', () =>
  fc.assert(
    fc.property(fc.nat(20), fc.array(fc.nat(), { maxLength: 6 }), (rows, places) => {
      const text = answer(rows, { torn: true, cost: COST });
      const cuts = [0, ...places.map((place) => place % text.length).toSorted((a, b) => a - b), text.length];
      const reading = new SmapsText();
      cuts.slice(1).forEach((to, i) => reading.push(text.slice(cuts[i], to)));
      expect(reading.rows).toBe(rows);
      const read = reading.finish();
      if ('problem' in read) throw new Error(read.problem);
      expect(read).toMatchObject({ takenAt: 1000, torn: true, cost: COST, figures: { length: rows } });
      expect([...read.figures.rss]).toEqual(Array.from({ length: rows }, (_, i) => i));
    }),
  ));

it('says why it is incomplete, and throws for a cut text', () => {
  const reading = new SmapsText();
  reading.push(answer(3, { error: { error: 'exited', message: 'process 7 has exited' } }));
  expect(reading.finish()).toEqual({ problem: 'process 7 has exited' });
  const cut = new SmapsText();
  cut.push(answer(3, { cost: COST }).slice(0, -40));
  expect(() => cut.finish()).toThrow();
  expect(() => new SmapsText().finish()).toThrow();
});
