import type { Intervals } from '../intervals.ts';
import { type FigureColumn, IN_MEMORY, type MappingFigures } from './mapping-figures.ts';
import { KB_OF_PAGE } from '../page.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../perms.ts';
import type { MappingTable } from '../region.ts';
import { mergeKey, permsOfFlags } from './vm-flags.ts';

/** How much of an amount is known: there is none (not a mapping), unknown, a lower bound, the exact amount. */
export const Told = { nothing: 0, unknown: 1, part: 2, whole: 3 } as const;
export type Told = (typeof Told)[keyof typeof Told];

/** How much is known of the sum of two amounts. */
export function toldOfBoth(a: number, b: number): number {
  if (a === Told.nothing || b === Told.nothing) return Math.max(a, b);
  return a === b ? a : Told.part;
}

/**
 * Figures assigned to the intervals of a map that may be of another moment. A row of smaps counts for the mapping that
 * contains it entirely: one that is unchanged, has grown, or has merged with others. A row that spans several mappings
 * (one was split, or has shrunk) counts for none of them. Neither does a row whose flags or part of a file differ from
 * the mapping's: the old mapping is gone, and another one took its place.
 */
export class JoinedFigures {
  readonly figures: MappingFigures;
  readonly #intervals: Intervals;
  /** Rows of the figures that count, ascending; those of interval i are at [from[i], to[i]). */
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
      // Mappings with different flags do not merge: some of these are gone, and it is not known which.
      if (keys.size > 1) [count, untold] = [this.#from[i] ?? 0, end - start];
      this.#to[i] = count;
      this.#untold[i] = untold;
    }
  }

  /** Table, search, colours and sums share one instance. */
  static of(intervals: Intervals, figures: MappingFigures): JoinedFigures {
    const known = joins.get(intervals);
    if (known?.figures === figures) return known;
    const made = new JoinedFigures(intervals, figures);
    joins.set(intervals, made);
    return made;
  }

  /** Number of changed mappings: their figures are incomplete. */
  get changed(): number {
    return this.#untold.reduce((count, pages) => count + (pages > 0 ? 1 : 0), 0);
  }

  /** Whether any figures of a mapping are known. */
  isTold(index: number): boolean {
    return this.#from[index] !== this.#to[index];
  }

  /** Pages of a mapping without figures; 0 for other intervals. */
  untoldPages(index: number): number {
    return this.#untold[index] ?? 0;
  }

  /**
   * Sum of the columns in KiB, as far as it is known; NaN where nothing is, or the kernel does not report one of them.
   */
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

  /** The same for a sum in KiB that the caller already has. */
  toldOf(index: number, kb: number): Told {
    if ((this.#intervals.row[index] ?? -1) < 0) return Told.nothing;
    if (Number.isNaN(kb)) return Told.unknown;
    return this.untoldPages(index) > 0 ? Told.part : Told.whole;
  }

  /** The VmFlags line of a mapping; null when it is unknown, or differs between its parts. */
  flags(index: number): string | null {
    const { flagSet, flagSets } = this.figures;
    const [set = -1, ...others] = new Set(Array.from(this.#rows.subarray(this.#from[index], this.#to[index]), (at) => flagSet[at] ?? 0));
    return others.length > 0 ? null : (flagSets[set] ?? null);
  }
}

/** True where both name what is mapped and differ: another file, or another part of it. */
export function isOfAnother({ start, offset, device, inodeLow, inodeHigh }: MappingTable, row: number, figures: MappingFigures, at: number): boolean {
  const [ofDevice = NaN, inode = NaN] = [figures.device[at], figures.inode[at]];
  if (Number.isNaN(ofDevice) || Number.isNaN(inode)) return false;
  if (ofDevice !== device[row] || inode !== (inodeHigh[row] ?? 0) * 2 ** 32 + (inodeLow[row] ?? 0)) return true;
  // Anonymous memory has no meaningful offset.
  const moved = (figures.offset[at] ?? NaN) - (offset[row] ?? 0) - ((figures.start[at] ?? 0) - (start[row] ?? 0));
  return inode !== 0 && !Number.isNaN(moved) && moved !== 0;
}

const ALL_PERMS = PERM_READ | PERM_WRITE | PERM_EXEC | PERM_SHARED;

/** The most recent figures joined with each map. */
const joins = new WeakMap<Intervals, JoinedFigures>();

/** Share of each interval that is in memory, in [0, 1]: lower and upper bound. NaN where it is unknown. */
interface Shares {
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
