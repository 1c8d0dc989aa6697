import type { Intervals } from '../intervals.ts';
import { type FigureColumn, IN_MEMORY, type MappingFigures } from './mapping-figures.ts';
import { KB_OF_PAGE } from '../page.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../perms.ts';
import type { MappingTable } from '../region.ts';
import { mergeKey, permsOfFlags } from './vm-flags.ts';

/** What is known of an amount: there is none (of what is no mapping), it is not told, it is at least so much, it is just so much. */
export const Told = { nothing: 0, unknown: 1, part: 2, whole: 3 } as const;
export type Told = (typeof Told)[keyof typeof Told];

/** What is known of the sum of two amounts. */
export function toldOfBoth(a: number, b: number): number {
  if (a === Told.nothing || b === Told.nothing) return Math.max(a, b);
  return a === b ? a : Told.part;
}

/**
 * Figures as they belong to the intervals of a map that may be of another moment. A row of smaps counts for the mapping that it lies in as a whole: for one that is the same, that has
 * grown, or that took in others. What a row that lies in several mappings has of each (one was split, or has shrunk) is not told. Nor does a row count for a mapping that its
 * flags, or its part of a file, are not of: what was there is gone, and something else was mapped in its place.
 */
export class JoinedFigures {
  readonly figures: MappingFigures;
  readonly #intervals: Intervals;
  /** Rows of the figures that count, ascending: those of interval i are at [from[i], to[i]). */
  readonly #rows: Int32Array;
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #untold: Float64Array;

  /** O(intervals + rows). */
  private constructor(intervals: Intervals, figures: MappingFigures) {
    const { length, bounds, row, table } = intervals;
    const ofSet = figures.flagSets.map((line) => ({ perms: permsOfFlags(line), key: mergeKey(line) }));
    this.figures = figures;
    this.#intervals = intervals;
    this.#rows = new Int32Array(figures.length);
    this.#from = new Int32Array(length);
    this.#to = new Int32Array(length);
    this.#untold = new Float64Array(length);
    let [at, count] = [0, 0];
    for (let i = 0; i < length; i++) {
      this.#from[i] = this.#to[i] = count;
      if ((row[i] ?? -1) < 0) continue;
      const [start, end] = [bounds[i] ?? 0, bounds[i + 1] ?? 0];
      const perms = (table.perms[row[i] ?? 0] ?? 0) & ALL_PERMS;
      let untold = end - start;
      const keys = new Set<string>();
      while (at < figures.length && (figures.start[at] ?? 0) < start) at++;
      for (; at < figures.length && (figures.end[at] ?? 0) <= end; at++) {
        const set = ofSet[figures.flagSet[at] ?? 0];
        if (set === undefined || (set.perms ?? perms) !== perms || isOfAnother(table, row[i] ?? 0, figures, at)) continue;
        if (set.perms !== null) keys.add(set.key);
        this.#rows[count++] = at;
        untold -= (figures.end[at] ?? 0) - (figures.start[at] ?? 0);
      }
      // Mappings of different flags do not become one: some of them are gone, and which is not known.
      if (keys.size > 1) [count, untold] = [this.#from[i] ?? 0, end - start];
      this.#to[i] = count;
      this.#untold[i] = untold;
    }
  }

  /** Table, search, colours and sums ask for the same one. */
  static of(intervals: Intervals, figures: MappingFigures): JoinedFigures {
    const known = joins.get(intervals);
    if (known?.figures === figures) return known;
    const made = new JoinedFigures(intervals, figures);
    joins.set(intervals, made);
    return made;
  }

  /** How many mappings are not as they were: of these not all is told. */
  get changed(): number {
    return this.#untold.reduce((count, pages) => count + (pages > 0 ? 1 : 0), 0);
  }

  /** Whether some figures are told of a mapping. */
  isTold(index: number): boolean {
    return this.#from[index] !== this.#to[index];
  }

  /** Pages of a mapping that no figures are told of; 0 for what is none. */
  untoldPages(index: number): number {
    return this.#untold[index] ?? 0;
  }

  /** What the columns add up to in KiB, or what of that is told; NaN where nothing is, or the kernel does not tell one of them. */
  kb(index: number, columns: readonly FigureColumn[]): number {
    if (!this.isTold(index)) return NaN;
    let sum = 0;
    const [from = 0, to = 0] = [this.#from[index], this.#to[index]];
    for (const column of columns) for (let at = from; at < to; at++) sum += this.figures[column][this.#rows[at] ?? -1] ?? NaN;
    return sum;
  }

  told(index: number, columns: readonly FigureColumn[]): Told {
    return this.toldOf(index, this.kb(index, columns));
  }

  /** The same where these KiB are at hand: they are added up once for both. */
  toldOf(index: number, kb: number): Told {
    if ((this.#intervals.row[index] ?? -1) < 0) return Told.nothing;
    if (Number.isNaN(kb)) return Told.unknown;
    return this.untoldPages(index) > 0 ? Told.part : Told.whole;
  }

  /** The line of VmFlags of a mapping; null: it is not told, or has parts of several. */
  flags(index: number): string | null {
    const { flagSet, flagSets } = this.figures;
    const [set = -1, ...others] = new Set(Array.from(this.#rows.subarray(this.#from[index], this.#to[index]), (at) => flagSet[at] ?? 0));
    return others.length > 0 ? null : (flagSets[set] ?? null);
  }
}

/** True where both tell what is mapped, and it is not the same: another file, or another part of it. */
function isOfAnother({ start, offset, device, inodeLow, inodeHigh }: MappingTable, row: number, figures: MappingFigures, at: number): boolean {
  const [ofDevice = NaN, inode = NaN] = [figures.device[at], figures.inode[at]];
  if (Number.isNaN(ofDevice) || Number.isNaN(inode)) return false;
  if (ofDevice !== device[row] || inode !== (inodeHigh[row] ?? 0) * 2 ** 32 + (inodeLow[row] ?? 0)) return true;
  // Memory without a file has no offset that would tell anything.
  const moved = (figures.offset[at] ?? NaN) - (offset[row] ?? 0) - ((figures.start[at] ?? 0) - (start[row] ?? 0));
  return inode !== 0 && !Number.isNaN(moved) && moved !== 0;
}

const ALL_PERMS = PERM_READ | PERM_WRITE | PERM_EXEC | PERM_SHARED;

/** The last figures that each map was joined with. */
const joins = new WeakMap<Intervals, JoinedFigures>();

/** What share of each interval is in memory, in [0, 1]: at least, and at most. NaN where nothing is told of it. */
export interface Shares {
  readonly least: Float64Array;
  readonly most: Float64Array;
}

export function residentShares(intervals: Intervals, figures: MappingFigures): Shares {
  const { length, bounds } = intervals;
  const joined = JoinedFigures.of(intervals, figures);
  const least = new Float64Array(length);
  const most = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const pages = (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
    const kb = joined.kb(i, IN_MEMORY);
    least[i] = Math.min(1, kb / (KB_OF_PAGE * pages));
    most[i] = Math.min(1, (kb + KB_OF_PAGE * joined.untoldPages(i)) / (KB_OF_PAGE * pages));
  }
  return { least, most };
}
