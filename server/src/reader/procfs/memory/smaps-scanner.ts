import {
  DEVICE_CELL,
  FIGURE_COLUMNS,
  FIGURE_ROW_CELLS,
  FLAG_SET_CELL,
  INODE_HIGH_CELL,
  INODE_LOW_CELL,
  OFFSET_CELL,
} from '@procmap/shared/figures/mapping-figures.ts';
import { END_PAGE_64 } from '@procmap/shared/page.ts';
import { MINOR_BITS } from '@procmap/shared/region.ts';
import { decimalEnd, decimalHigh, decimalLow, hexEnd, hexValue, lineEnd, pageValue, spacesEnd } from '../maps/fields.ts';

const NEWLINE = 0x0a;
const SPACE = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;
const KB = Buffer.from(' kB\n', 'latin1');
const FLAGS = Buffer.from('VmFlags:', 'latin1');
const FIRST_FIGURE = 2;
/** ` rw-p ` between the addresses and the offset. */
const PERMS_BYTES = 6;
const FIRST_ROWS = 1024;
/** Room for every flag that a kernel has. A longer line is not one of VmFlags. */
const MAX_FLAGS_BYTES = 1024;
const MAX_FLAG_SETS = 65_536;
/** How much is kept of an incomplete line. No more is needed of a line with a name, which may have any length. */
const MAX_LINE_BYTES = 4096;

/** A label at the beginning of a line, and its cell; -1: not one of our columns. */
interface Label {
  readonly text: Buffer;
  readonly cell: number;
}

/**
 * Parses the text of /proc/PID/smaps in chunks of any size, without a string or a regex per line. A mapping is a line
 * as in maps (see parseMaps()), followed by lines `Label: 123 kB`, whose order and selection depend on the kernel, and
 * `VmFlags: rd mr mw`. Labels without a column are skipped, and columns that the kernel does not have are NaN. A line
 * of maps begins with a lower-case hex digit, any other line with a capital letter.
 */
export class SmapsScanner {
  /** The beginning of an incomplete line. */
  #rest: Buffer = Buffer.alloc(0);
  /** Complete rows, followed by the row in progress. */
  #cells = new Float64Array(FIRST_ROWS * FIGURE_ROW_CELLS);
  #rows = 0;
  /** A row is in progress. */
  #open = false;
  #lastStart = 0;
  #lastEnd = 0;
  #labels: Label[] = [];
  /** The label expected next: the kernel writes the same labels in the same order for each mapping. */
  #nextLabel = 0;
  readonly #flagSets = new Map<string, number>([['', 0]]);
  #flagSetsTaken = 0;
  #torn = false;
  /** Skip bytes until the end of an overlong line. */
  #passesOver = false;

  /** Throws RangeError if the text is not that of smaps. */
  push(piece: Buffer): void {
    let chunk = piece;
    if (this.#passesOver) {
      const lineEnd = piece.indexOf(NEWLINE);
      if (lineEnd < 0) return;
      this.#passesOver = false;
      chunk = piece.subarray(lineEnd);
    }
    const text = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = text.lastIndexOf(NEWLINE) + 1;
    for (let at = 0; at < end;) at = this.#line(text, at);
    this.#passesOver = text.length - end > MAX_LINE_BYTES;
    this.#rest = Buffer.from(text.subarray(end, end + MAX_LINE_BYTES));
  }

  /** Call at the end of the text. */
  finish(): void {
    if (this.#open) this.#close();
    this.#rest = Buffer.alloc(0);
  }

  /** Number of complete rows that have not been taken. */
  get length(): number {
    return this.#rows;
  }

  /** Start of the last row begun. All earlier rows are complete; this one may not be. */
  get beganAt(): number {
    return this.#lastStart;
  }

  /** A row began before the end of the previous one, since the layout changed between two reads. It is left out. */
  get torn(): boolean {
    return this.#torn;
  }

  /**
   * Removes and returns the complete rows, FIGURE_ROW_CELLS each, and the lines of VmFlags that are new since the last
   * call. Their indexes continue across calls.
   */
  take(): { readonly cells: Float64Array<ArrayBuffer>; readonly flagSets: readonly string[] } {
    const length = this.#rows * FIGURE_ROW_CELLS;
    const cells = this.#cells.slice(0, length);
    this.#cells.copyWithin(0, length, length + FIGURE_ROW_CELLS);
    this.#rows = 0;
    const flagSets = [...this.#flagSets.keys()].slice(this.#flagSetsTaken);
    this.#flagSetsTaken += flagSets.length;
    return { cells, flagSets };
  }

  /** Parses the line at `at`; returns the start of the next one. */
  #line(text: Buffer, at: number): number {
    const next = lineEnd(text, at) + 1;
    const startTo = hexEnd(text, at);
    if (startTo > at) this.#begin(text, at, startTo);
    else if (this.#open) this.#figure(text, at, next);
    return next;
  }

  #begin(text: Buffer, at: number, startTo: number): void {
    const endTo = hexEnd(text, startTo + 1);
    const start = pageValue(text, at, startTo);
    const end = pageValue(text, startTo + 1, endTo);
    if (text[startTo] !== DASH || text[endTo] !== SPACE || start < 0 || end <= start || end > END_PAGE_64)
      throw new RangeError('smaps: a line of no known form');
    if (this.#open) this.#close();
    this.#nextLabel = 0;
    if (start < this.#lastEnd) {
      this.#torn = true;
      return;
    }
    this.#lastStart = start;
    this.#lastEnd = end;
    this.#open = true;
    const row = this.#rows * FIGURE_ROW_CELLS;
    this.#cells.fill(NaN, row, row + FIGURE_ROW_CELLS);
    this.#cells[row] = start;
    this.#cells[row + 1] = end;
    this.#cells[row + FLAG_SET_CELL] = 0;
    this.#backing(text, endTo + PERMS_BYTES, row);
  }

  /** Parses the offset at `at`, then device and inode. Leaves them unset if the line has another format. */
  #backing(text: Buffer, at: number, row: number): void {
    const offsetTo = hexEnd(text, at);
    const offset = pageValue(text, at, offsetTo);
    const majorAt = offsetTo + 1;
    const majorTo = hexEnd(text, majorAt);
    const minorTo = hexEnd(text, majorTo + 1);
    const inodeTo = decimalEnd(text, minorTo + 1);
    const [major, minor] = [hexValue(text, majorAt, majorTo), hexValue(text, majorTo + 1, minorTo)];
    if (text[majorTo] !== COLON || text[minorTo] !== SPACE || inodeTo === minorTo + 1 || offset < 0 || major < 0 || minor < 0) return;
    this.#cells[row + DEVICE_CELL] = ((major << MINOR_BITS) | minor) >>> 0;
    this.#cells[row + INODE_LOW_CELL] = decimalLow(text, minorTo + 1, inodeTo);
    this.#cells[row + INODE_HIGH_CELL] = decimalHigh(text, minorTo + 1, inodeTo);
    this.#cells[row + OFFSET_CELL] = offset;
  }

  #figure(text: Buffer, at: number, next: number): void {
    const label = this.#labelAt(text, at, next);
    if (label === null) return;
    const row = this.#rows * FIGURE_ROW_CELLS;
    const value = at + label.text.length;
    if (label.cell >= 0) {
      const from = spacesEnd(text, value);
      const to = decimalEnd(text, from);
      // A size without kB has another unit, so it is ignored.
      if (to > from && next - to === KB.length && text.compare(KB, 0, KB.length, to, next) === 0)
        this.#cells[row + label.cell] = Number(text.toString('latin1', from, to));
    } else if (label.text.equals(FLAGS) && next - value <= MAX_FLAGS_BYTES) {
      this.#cells[row + FLAG_SET_CELL] = this.#flagSet(text.toString('latin1', value, next).trim());
    }
  }

  /** The label of a line; null: none. */
  #labelAt(text: Buffer, at: number, next: number): Label | null {
    const expected = this.#labels[this.#nextLabel++];
    const length = expected?.text.length ?? Infinity;
    if (expected !== undefined && at + length < next && text.compare(expected.text, 0, length, at, at + length) === 0) return expected;
    let colon = at;
    while (colon < next && text[colon] !== COLON) colon++;
    if (colon === next) return null;
    const name = text.toString('latin1', at, colon);
    const column = FIGURE_COLUMNS.findIndex(([, word]) => word === name);
    const label = { text: Buffer.from(`${name}:`, 'latin1'), cell: column < 0 ? -1 : FIRST_FIGURE + column };
    this.#labels[this.#nextLabel - 1] = label;
    return label;
  }

  #flagSet(flags: string): number {
    const known = this.#flagSets.get(flags);
    if (known !== undefined) return known;
    if (this.#flagSets.size === MAX_FLAG_SETS) return 0;
    this.#flagSets.set(flags, this.#flagSets.size);
    return this.#flagSets.size - 1;
  }

  #close(): void {
    this.#open = false;
    this.#rows++;
    if ((this.#rows + 1) * FIGURE_ROW_CELLS <= this.#cells.length) return;
    const wider = new Float64Array(2 * this.#cells.length);
    wider.set(this.#cells);
    this.#cells = wider;
  }
}
