import { type Intervals, isFilled } from '@procmap/shared/intervals.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import { nameCount, type Names } from '@procmap/shared/text/names.ts';
import { shownName } from '@procmap/shared/text/shown-name.ts';
import { kindLabel } from '@procmap/shared/words.ts';
import { lowerNames } from '../../regions/lower-names.ts';

/**
 * Titles of rows as numbers, so that 65,000 of them need no texts of their own: the names of the table, then the kernel
 * regions, then the kinds, for intervals without a name.
 */
export class Titles {
  readonly length: number;
  readonly #names: Names;
  readonly #half: KernelHalf;
  readonly #regions: number;
  readonly #kinds: number;
  /** Regions of the same name share a title. */
  readonly #firstOf: Int32Array;
  #ranks: Uint32Array | null = null;

  private constructor(names: Names, half: KernelHalf) {
    this.#names = names;
    this.#half = half;
    this.#regions = nameCount(names);
    this.#kinds = this.#regions + half.regions.length;
    this.length = this.#kinds + KINDS.length;
    this.#firstOf = Int32Array.from(half.regions, ({ name }) => half.regions.findIndex((other) => other.name === name));
  }

  /** Cached per map. */
  static of({ table, kernel }: Intervals): Titles {
    const known = made.get(table.names);
    if (known?.isOf(kernel.half) === true) return known;
    const titles = new Titles(table.names, kernel.half);
    made.set(table.names, titles);
    return titles;
  }

  isOf(half: KernelHalf): boolean {
    return half === this.#half;
  }

  /** The title number of an interval. */
  at(intervals: Intervals, index: number): number {
    const { row, part, table, kernel, kind } = intervals;
    const mapping = row[index] ?? -1;
    const name = mapping < 0 ? 0 : (table.name[mapping] ?? 0);
    if (name > 0) return name;
    const region = mapping < 0 && isFilled(intervals, index) ? (kernel.region[part[index] ?? -1] ?? -1) : -1;
    return region >= 0 ? this.#regions + (this.#firstOf[region] ?? region) : this.#kinds + (kind[index] ?? 0);
  }

  text(title: number): string {
    if (title < this.#regions) return shownName(this.#names, title);
    return title < this.#kinds ? (this.#half.regions[title - this.#regions]?.name ?? '') : kindLabel(title - this.#kinds);
  }

  /** The kind of an interval without a name; -1 otherwise. */
  kindOf(title: number): number {
    return title - this.#kinds >= 0 ? title - this.#kinds : -1;
  }

  /** Their alphabetical ranks. Titles of unnamed intervals come first. */
  get ranks(): Uint32Array {
    return (this.#ranks ??= this.#rank());
  }

  #rank(): Uint32Array {
    const lower = lowerNames(this.#names);
    const texts = Array.from({ length: this.length }, (_, title) => {
      if (title < this.#regions) return lower[title] ?? '';
      return title < this.#kinds ? this.text(title).toLowerCase() : '';
    });
    const order = Uint32Array.from(texts.keys()).sort((a, b) => compare(texts[a] ?? '', texts[b] ?? ''));
    const ranks = new Uint32Array(this.length);
    let rank = 0;
    order.forEach((title, i) => {
      if (i > 0 && texts[title] !== texts[order[i - 1] ?? -1]) rank++;
      ranks[title] = rank;
    });
    return ranks;
  }
}

/** By code units: a collator takes ten times as long for 65,000 names, and paths are not prose. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const made = new WeakMap<Names, Titles>();
