import { FIGURE_COLUMNS, FIGURE_ROW_CELLS, FLAG_SET_CELL, type FigureColumn, type MappingFigures } from './mapping-figures.ts';
import { END_PAGE_64, formatAddress, parseAddress } from './page.ts';

/** What a reading took: of the wall clock, in bytes and in calls of read(2). */
export interface CostJson {
  readonly ms: number;
  readonly bytes: number;
  readonly reads: number;
}

/** One mapping: its addresses, its figures in KiB (null for what the kernel does not tell) and its line of VmFlags, in the order of `columns`. */
export type SmapsRowJson = readonly (string | number | null)[];

/** `GET /api/processes/:pid/smaps`. Rows ascend. */
export interface SmapsJson {
  readonly pid: number;
  readonly comm: string;
  readonly taken_at: string;
  readonly columns: readonly string[];
  readonly rows: readonly SmapsRowJson[];
  /** The process changed its map meanwhile: rows are of different moments. */
  readonly torn?: boolean;
  readonly cost?: CostJson;
  /** In the place of these two, where it could not be read to its end. */
  readonly error?: { readonly error: string; readonly message: string };
}

/** `privateClean` → `private_clean_kb`. */
const SMAPS_COLUMNS: readonly string[] = [
  'start',
  'end',
  ...FIGURE_COLUMNS.map(([column]) => `${column.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_kb`),
  'vm_flags',
];

/** What comes before the rows. */
export function smapsJsonBegin(pid: number, comm: string, takenAt: number): string {
  const head = { pid, comm, taken_at: new Date(takenAt).toISOString(), columns: SMAPS_COLUMNS };
  return `${JSON.stringify(head).slice(0, -1)},"rows":[`;
}

/** Rows of FIGURE_ROW_CELLS numbers, a line each; with a comma before each but the very first one of the answer. `digits` of an address. */
export function smapsJsonRows(cells: Float64Array, flagSets: readonly string[], isFirst: boolean, digits: number): string {
  let text = '';
  for (let at = 0; at < cells.length; at += FIGURE_ROW_CELLS) {
    text += isFirst && at === 0 ? '\n' : ',\n';
    text += `["${formatAddress(cells[at] ?? 0, digits)}","${formatAddress(cells[at + 1] ?? 0, digits)}",`;
    for (let cell = 2; cell < FLAG_SET_CELL; cell++) {
      const kb = cells[at + cell] ?? NaN;
      text += Number.isNaN(kb) ? 'null,' : `${kb},`;
    }
    text += `${JSON.stringify(flagSets[cells[at + FLAG_SET_CELL] ?? 0] ?? '')}]`;
  }
  return text;
}

/** What comes behind the rows. */
export function smapsJsonEnd(end: Pick<SmapsJson, 'torn' | 'cost' | 'error'>): string {
  return `\n],${JSON.stringify(end).slice(1)}`;
}

/** The figures as columns. Throws RangeError for what is no such answer: rows that do not ascend, or hold something else. */
export function figuresOf({ columns, rows }: Pick<SmapsJson, 'columns' | 'rows'>): MappingFigures {
  const length = rows.length;
  const place = new Map(columns.map((column, at) => [column, at]));
  const places = SMAPS_COLUMNS.map((column) => place.get(column) ?? -1);
  const column = (): Float64Array => new Float64Array(length).fill(NaN);
  const figures = Object.fromEntries(FIGURE_COLUMNS.map(([name]) => [name, column()])) as Record<FigureColumn, Float64Array>;
  const [start, end, flagSet] = [column(), column(), new Uint16Array(length)];
  const flagSets = new Map([['', 0]]);
  let lastEnd = 0;
  rows.forEach((row, i) => {
    const [startPage, endPage] = [pageOf(row[places[0] ?? -1]), pageOf(row[places[1] ?? -1])];
    if (!(startPage >= lastEnd && endPage > startPage)) throw new RangeError('smaps: rows ascend and do not overlap');
    lastEnd = endPage;
    start[i] = startPage;
    end[i] = endPage;
    FIGURE_COLUMNS.forEach(([name], at) => {
      const kb = row[places[at + 2] ?? -1] ?? null;
      if (kb !== null && !(typeof kb === 'number' && kb >= 0)) throw new RangeError('smaps: a figure is a number from 0, or null');
      figures[name][i] = kb ?? NaN;
    });
    const flags = row[places.at(-1) ?? -1] ?? '';
    if (typeof flags !== 'string') throw new RangeError('smaps: flags are words');
    let known = flagSets.get(flags);
    if (known === undefined) flagSets.set(flags, (known = flagSets.size));
    flagSet[i] = known;
  });
  return { ...figures, length, start, end, flagSet, flagSets: [...flagSets.keys()] };
}

function pageOf(cell: string | number | null | undefined): number {
  if (cell === '0x10000000000000000') return END_PAGE_64;
  const address = typeof cell === 'string' ? parseAddress(cell) : null;
  if (address?.byte !== 0) throw new RangeError('smaps: a mapping begins and ends at a page');
  return address.page;
}
