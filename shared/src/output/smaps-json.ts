import {
  DEVICE_CELL,
  FIGURE_COLUMNS,
  FIGURE_ROW_CELLS,
  FLAG_SET_CELL,
  type FigureColumn,
  INODE_HIGH_CELL,
  INODE_LOW_CELL,
  type MappingFigures,
  OFFSET_CELL,
} from '../figures/mapping-figures.ts';
import { END_PAGE_64, formatAddress, parseAddress } from '../page.ts';
import { formatDevice, formatInode, parseDevice } from '../region.ts';

/** The cost of a read: wall time, bytes and read(2) calls. */
export interface CostJson {
  readonly ms: number;
  readonly bytes: number;
  readonly reads: number;
}

/**
 * One mapping: its addresses, its figures in KiB (null: not reported by the kernel), its VmFlags line, and device,
 * inode and offset of the mapped object, in the order of `columns`.
 */
export type SmapsRowJson = readonly (string | number | null)[];

/** `GET /api/processes/:pid/smaps`. Rows ascend. */
export interface SmapsJson {
  readonly pid: number;
  readonly comm: string;
  readonly taken_at: string;
  readonly columns: readonly string[];
  readonly rows: readonly SmapsRowJson[];
  /** The process changed its map during the read: rows are of different moments. */
  readonly torn?: boolean;
  readonly cost?: CostJson;
  /** Replaces the two fields above when the read failed before its end. */
  readonly error?: { readonly error: string; readonly message: string };
}

/** `privateClean` → `private_clean_kb`. */
const SMAPS_COLUMNS: readonly string[] = [
  'start',
  'end',
  ...FIGURE_COLUMNS.map(([column]) => `${column.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_kb`),
  'vm_flags',
  'device',
  'inode',
  'offset',
];

/** The answer before its rows. */
export function smapsJsonBegin(pid: number, comm: string, takenAt: number): string {
  const head = { pid, comm, taken_at: new Date(takenAt).toISOString(), columns: SMAPS_COLUMNS };
  return `${JSON.stringify(head).slice(0, -1)},"rows":[`;
}

/**
 * Rows of FIGURE_ROW_CELLS numbers, one line each; a comma precedes each but the first of the answer. `digits` of an
 * address.
 */
export function smapsJsonRows(cells: Float64Array, flagSets: readonly string[], isFirst: boolean, digits: number): string {
  let text = '';
  for (let at = 0; at < cells.length; at += FIGURE_ROW_CELLS) {
    text += isFirst && at === 0 ? '\n' : ',\n';
    text += `["${formatAddress(cells[at] ?? 0, digits)}","${formatAddress(cells[at + 1] ?? 0, digits)}",`;
    for (let cell = 2; cell < FLAG_SET_CELL; cell++) {
      const kb = cells[at + cell] ?? NaN;
      text += Number.isNaN(kb) ? 'null,' : `${kb},`;
    }
    text += `${JSON.stringify(flagSets[cells[at + FLAG_SET_CELL] ?? 0] ?? '')},${backingJson(cells, at)}]`;
  }
  return text;
}

/** Device, inode and offset as in the rows of a map: `"fe:00",339380,"0x1d3000"`. */
function backingJson(cells: Float64Array, at: number): string {
  const [device, low, high] = [cells[at + DEVICE_CELL] ?? NaN, cells[at + INODE_LOW_CELL] ?? NaN, cells[at + INODE_HIGH_CELL] ?? NaN];
  if (Number.isNaN(device)) return 'null,null,null';
  const inode = formatInode(low, high);
  return `"${formatDevice(device)}",${Number(inode) <= Number.MAX_SAFE_INTEGER ? inode : `"${inode}"`},"${formatAddress(cells[at + OFFSET_CELL] ?? 0, 1)}"`;
}

/** The answer after its rows. */
export function smapsJsonEnd(end: Pick<SmapsJson, 'torn' | 'cost' | 'error'>): string {
  return `\n],${JSON.stringify(end).slice(1)}`;
}

/** Builds columns from rows as they arrive. */
export class FiguresBuilder {
  /** Position of each of SMAPS_COLUMNS in a row; -1: missing. */
  readonly #places: readonly number[];
  #figures = emptyFigures(1024);
  #length = 0;
  #lastEnd = 0;
  readonly #flagSets = new Map([['', 0]]);

  constructor(columns: readonly string[]) {
    const place = new Map(columns.map((column, at) => [column, at]));
    this.#places = SMAPS_COLUMNS.map((column) => place.get(column) ?? -1);
  }

  get length(): number {
    return this.#length;
  }

  /** Throws RangeError for a row that does not follow the last one or has unexpected content. */
  add(row: SmapsRowJson): void {
    const i = this.#length;
    if (i === this.#figures.start.length) this.#figures = widened(this.#figures, 2 * i);
    const [startAt = -1, endAt = -1, ...places] = this.#places;
    const [flagsAt = -1, deviceAt = -1, inodeAt = -1, offsetAt = -1] = places.slice(FIGURE_COLUMNS.length);
    const [startPage, endPage] = [pageOf(row[startAt]), pageOf(row[endAt])];
    if (!(startPage >= this.#lastEnd && endPage > startPage)) throw new RangeError('smaps: rows must ascend and must not overlap');
    this.#lastEnd = endPage;
    this.#figures.start[i] = startPage;
    this.#figures.end[i] = endPage;
    FIGURE_COLUMNS.forEach(([name], at) => {
      const kb = row[places[at] ?? -1] ?? null;
      if (kb !== null && !(typeof kb === 'number' && kb >= 0)) throw new RangeError('smaps: a figure must be a number from 0, or null');
      this.#figures[name][i] = kb ?? NaN;
    });
    this.#figures.flagSet[i] = this.#flagSet(row[flagsAt] ?? '');
    this.#figures.device[i] = parseDevice(String(row[deviceAt] ?? '')) ?? NaN;
    this.#figures.inode[i] = Number(row[inodeAt] ?? NaN);
    this.#figures.offset[i] = parseAddress(String(row[offsetAt] ?? ''))?.page ?? NaN;
    this.#length++;
  }

  finish(): MappingFigures {
    return { ...widened(this.#figures, this.#length), length: this.#length, flagSets: [...this.#flagSets.keys()] };
  }

  #flagSet(flags: string | number): number {
    if (typeof flags !== 'string') throw new RangeError('smaps: flags must be words');
    const known = this.#flagSets.get(flags);
    if (known !== undefined) return known;
    this.#flagSets.set(flags, this.#flagSets.size);
    return this.#flagSets.size - 1;
  }
}

type Columns = Record<FigureColumn | 'start' | 'end' | 'device' | 'inode' | 'offset', Float64Array> & { flagSet: Uint16Array };

function emptyFigures(rows: number): Columns {
  const names = ['start', 'end', 'device', 'inode', 'offset', ...FIGURE_COLUMNS.map(([name]) => name)];
  return { ...(Object.fromEntries(names.map((name) => [name, new Float64Array(rows)])) as Omit<Columns, 'flagSet'>), flagSet: new Uint16Array(rows) };
}

/** A copy with room for `rows` rows, or cut to them. */
function widened(figures: Columns, rows: number): Columns {
  const wider = emptyFigures(rows);
  for (const [name, column] of Object.entries(wider)) column.set(figures[name as keyof Columns].subarray(0, rows));
  return wider;
}

function pageOf(cell: string | number | null | undefined): number {
  if (cell === '0x10000000000000000') return END_PAGE_64;
  const address = typeof cell === 'string' ? parseAddress(cell) : null;
  if (address?.byte !== 0) throw new RangeError('smaps: a mapping must begin and end at a page');
  return address.page;
}
