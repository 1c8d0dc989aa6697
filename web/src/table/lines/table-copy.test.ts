import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRows, sortRows } from './table-order.ts';
import { KEYS, maps, sampleUses } from '../table.fixture.ts';
import { rowsAs } from './table-copy.ts';

describe('copied rows', () =>
  it('are one line, one record, one object each, in their order', () =>
    fc.assert(
      fc.property(maps, fc.constantFrom(...KEYS), (intervals, column) => {
        const uses = sampleUses(intervals);
        const rows = sortRows(chooseRows(intervals, null, true), intervals, { column, descending: false }, null, uses);
        const json = JSON.parse([...rowsAs('json', intervals, rows, null, uses)].join('')) as {
          start: string;
          name: string;
          use: string | null;
          use_of: string;
        }[];
        const csv = parse<{ start_va: string; use: string; use_of: string }>([...rowsAs('csv', intervals, rows, null, uses)].join(''), { columns: true });
        const text = [...rowsAs('text', intervals, rows, null, uses)].join('').trimEnd().split('\n');
        expect(json.map(({ start }) => start)).toEqual(csv.map(({ start_va }) => start_va));
        expect(text.slice(1).map((line) => line.split(' ')[0])).toEqual(json.map(({ start }) => start));
        expect(json).toHaveLength(rows.length);
        expect(json.map(({ use, use_of: of }) => [use ?? '', of])).toEqual(csv.map(({ use, use_of: of }) => [use, of]));
        json.forEach(({ name, use_of: of }, i) => {
          expect(of).toBe(uses.of(new IntervalView(intervals, rows[i] ?? -1).row));
          expect(text[i + 1]).toContain(of);
          if (new IntervalView(intervals, rows[i] ?? -1).hasName) expect(text[i + 1]?.endsWith(name.trimEnd())).toBe(true);
        });
      }),
      { numRuns: 100 },
    )));
