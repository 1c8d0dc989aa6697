import {
  DEVICE_CELL,
  FIGURE_COLUMNS,
  FIGURE_ROW_CELLS,
  FLAG_SET_CELL,
  INODE_HIGH_CELL,
  INODE_LOW_CELL,
  type MappingFigures,
  OFFSET_CELL,
} from './mapping-figures.ts';

/** Collects rows of FIGURE_ROW_CELLS numbers, as the reader sends them in parts, into columns. */
export class CellFigures {
  readonly #parts: Float64Array[] = [];
  readonly #flagSets: string[] = [];

  /** Keeps `cells`. `flagSets`: lines of VmFlags that are new since earlier parts. */
  add(cells: Float64Array, flagSets: readonly string[]): void {
    this.#parts.push(cells);
    this.#flagSets.push(...flagSets);
  }

  finish(): MappingFigures {
    const rows = this.#parts.reduce((sum, { length }) => sum + length / FIGURE_ROW_CELLS, 0);
    const column = (of: (cells: Float64Array, at: number) => number): Float64Array => {
      const values = new Float64Array(rows);
      let row = 0;
      for (const cells of this.#parts) for (let at = 0; at < cells.length; at += FIGURE_ROW_CELLS) values[row++] = of(cells, at);
      return values;
    };
    const cell = (place: number): Float64Array => column((cells, at) => cells[at + place] ?? NaN);
    const figures = Object.fromEntries(FIGURE_COLUMNS.map(([name], i) => [name, cell(2 + i)])) as Pick<MappingFigures, (typeof FIGURE_COLUMNS)[number][0]>;
    return {
      ...figures,
      length: rows,
      start: cell(0),
      end: cell(1),
      flagSet: Uint16Array.from(cell(FLAG_SET_CELL)),
      flagSets: this.#flagSets.length === 0 ? [''] : this.#flagSets,
      device: cell(DEVICE_CELL),
      inode: column((cells, at) => (cells[at + INODE_HIGH_CELL] ?? NaN) * 2 ** 32 + (cells[at + INODE_LOW_CELL] ?? NaN)),
      offset: cell(OFFSET_CELL),
    };
  }
}
