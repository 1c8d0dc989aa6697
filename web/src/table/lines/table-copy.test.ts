import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRows, sortRows } from './table-order.ts';
import { KEYS, maps } from '../table.fixture.ts';
import { rowsAs } from './table-copy.ts';

describe('copied rows', () =>
  it('are one line, one record, one object each, in their order', () =>
    fc.assert(
      fc.property(maps, fc.constantFrom(...KEYS), (intervals, column) => {
        const rows = sortRows(chooseRows(intervals, null, true), intervals, { column, descending: false }, null);
        const json = JSON.parse([...rowsAs('json', intervals, rows, null)].join('')) as { start: string; name: string }[];
        const csv = parse<{ start_va: string }>([...rowsAs('csv', intervals, rows, null)].join(''), { columns: true });
        const text = [...rowsAs('text', intervals, rows, null)].join('').trimEnd().split('\n');
        expect(json.map(({ start }) => start)).toEqual(csv.map(({ start_va }) => start_va));
        expect(text.slice(1).map((line) => line.split(' ')[0])).toEqual(json.map(({ start }) => start));
        expect(json).toHaveLength(rows.length);
        json.forEach(({ name }, i) => {
          if (new IntervalView(intervals, rows[i] ?? -1).hasName) expect(text[i + 1]?.endsWith(name.trimEnd())).toBe(true);
        });
      }),
      { numRuns: 100 },
    )));
