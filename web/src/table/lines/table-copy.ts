import { rowsCsv } from '@procmap/shared/output/csv.ts';
import type { Intervals } from '@procmap/shared/intervals.ts';
import { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { regionJson } from '@procmap/shared/output/map-json.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { columnsOf } from './table-columns.ts';

export type Format = 'text' | 'csv' | 'json';

/** Limit for the clipboard: more rows must be saved as a file. */
export const MAX_COPIED = 100_000;

const ROWS_PER_CHUNK = 1024;

export const FORMAT_FILES: { readonly [F in Format]: { readonly ending: string; readonly type: string } } = {
  text: { ending: '-rows.txt', type: 'text/plain;charset=utf-8' },
  csv: { ending: '-rows.csv', type: 'text/csv;charset=utf-8' },
  json: { ending: '-rows.json', type: 'application/json' },
};

/** Rows of a map in the given order, in chunks: names as shown, escaped. */
export function rowsAs(format: Format, intervals: Intervals, rows: Uint32Array, figures: MappingFigures | null, uses: Uses | null = null): Generator<string> {
  if (format === 'csv') return rowsCsv(intervals, rows, uses);
  return format === 'json' ? jsonOf(intervals, rows, uses) : textOf(intervals, rows, figures, uses);
}

function* jsonOf(intervals: Intervals, rows: Uint32Array, uses: Uses | null): Generator<string> {
  let separator = '[\n';
  for (let from = 0; from < rows.length; from += ROWS_PER_CHUNK) {
    let chunk = '';
    for (const row of rows.subarray(from, from + ROWS_PER_CHUNK)) {
      chunk += separator + JSON.stringify(regionJson(intervals, row, uses));
      separator = ',\n';
    }
    yield chunk;
  }
  yield rows.length === 0 ? '[]\n' : '\n]\n';
}

/** One line per row, columns aligned, the name last since its width is unlimited. */
function* textOf(intervals: Intervals, rows: Uint32Array, figures: MappingFigures | null, uses: Uses | null): Generator<string> {
  const all = columnsOf(figures);
  const columns = [...all.filter(({ key }) => key !== 'name'), ...all.filter(({ key }) => key === 'name')];
  const joined = figures === null ? null : JoinedFigures.of(intervals, figures);
  const cells = (index: number): string[] => {
    const view = new IntervalView(intervals, index);
    return columns.map(({ cell }) => cell(view, joined, uses));
  };
  const widths = columns.map(({ text }) => text.length);
  for (const row of rows) cells(row).forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  const line = (texts: readonly string[]): string =>
    `${texts
      .map((text, i) => (columns[i]?.right === true ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()}\n`;
  yield line(columns.map(({ text }) => text));
  for (let from = 0; from < rows.length; from += ROWS_PER_CHUNK)
    yield Array.from(rows.subarray(from, from + ROWS_PER_CHUNK), (row) => line(cells(row))).join('');
}
