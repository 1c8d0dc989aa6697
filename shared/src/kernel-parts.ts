import { flattenRegions, type Stretch } from './flatten.ts';
import { type KernelHalf, type KernelRegion, kindOfRegion } from './kernel-half.ts';
import { firstMapped, permsIn, rangeFrom } from './kernel-ranges.ts';
import { Kind } from './kind.ts';
import type { KernelBounds } from './layout.ts';
import { compareBytes, PAGE_SIZE, subtractBytes } from './page.ts';

/** Unknown permissions. */
export const UNKNOWN_PERMS = 0xff;

/**
 * The kernel half as parts that tile [layout.kernelStart, layout.end), ascending. Regions begin and end anywhere in a
 * page: a bound is rounded to a page, outward for the inner one of two neighbours, and `edge` holds the difference.
 */
export interface KernelParts {
  readonly half: KernelHalf;
  readonly length: number;
  /** length + 1 pages. */
  readonly bounds: Float64Array;
  /** length + 1: bytes from the bound's page to the exact address. */
  readonly edge: Int16Array;
  /** Index in half.regions of the innermost region, the one around it, and the outermost one; or -1. */
  readonly region: Int32Array;
  readonly within: Int32Array;
  readonly outer: Int32Array;
  /** Index in half.ranges, or -1. */
  readonly range: Int32Array;
  /** Index in KINDS: the region's kind; gap where nothing is mapped, unknown where that is not known. */
  readonly kind: Uint8Array;
  /**
   * PERM_* bits: of a range its own; of a piece of a region those of all its pages combined. UNKNOWN_PERMS: unknown.
   */
  readonly perms: Uint8Array;
}

/**
 * The half as its regions, for CSV, JSON and the terminal. A piece smaller than the rest of its page has no page of its
 * own.
 */
export function regionParts(half: KernelHalf, layout: KernelBounds): KernelParts {
  const { ranges, regions } = half;
  const stretches = flattenRegions(regions, layout);
  const cuts = roundCuts(regions, stretches, layout);
  const parts = new PartBuilder(half, stretches.length);
  stretches.forEach((stretch, i) => {
    const start = cuts.page[i] ?? 0;
    const region = regions[stretch.region];
    const isEmpty = ranges !== null && firstMapped(ranges, start) >= (cuts.page[i + 1] ?? 0);
    const kind = region !== undefined ? kindOfRegion(region) : isEmpty ? Kind.gap : Kind.unknown;
    const perms = ranges === null ? (region?.perms ?? UNKNOWN_PERMS) : permsIn(ranges, stretch.start, stretches[i + 1]?.start ?? { page: layout.end, byte: 0 });
    parts.add(start, cuts.edge[i] ?? 0, stretch, -1, kind, perms);
  });
  return parts.finish(layout.end);
}

/**
 * The half as the mapped ranges in its regions and the space between them, for the picture. Every part is at least one
 * whole page; to the byte see regionAt().
 */
export function rangeParts(half: KernelHalf, layout: KernelBounds): KernelParts {
  const { ranges, regions } = half;
  const stretches = flattenRegions(regions, layout);
  const cuts = roundCuts(regions, stretches, layout);
  const parts = new PartBuilder(half, 2 * (stretches.length + (ranges?.end.length ?? 0)) + 1);
  // Regions with mapped pages. One without is shown whole, since it serves its purpose empty: a guard, or an area
  // filled on demand.
  const isUsed = regions.map(({ start, end }) => ranges !== null && compareBytes({ page: firstMapped(ranges, start.page), byte: 0 }, end) < 0);
  stretches.forEach((stretch, i) => {
    const region = regions[stretch.region];
    const own = region === undefined ? Kind.unknown : kindOfRegion(region);
    const empty = ranges === null || (region !== undefined && isUsed[stretch.region] !== true) ? own : Kind.gap;
    const end = cuts.page[i + 1] ?? 0;
    for (let at = cuts.page[i] ?? 0, to; at < end; at = to) {
      const range = ranges === null ? Infinity : rangeFrom(ranges, at);
      const begin = ranges?.start[range] ?? Infinity;
      const isMapped = begin <= at;
      to = Math.min(end, isMapped ? (ranges?.end[range] ?? end) : begin);
      if (isMapped) parts.add(at, 0, stretch, range, own, ranges?.perms[range] ?? UNKNOWN_PERMS);
      else parts.add(at, 0, stretch, -1, empty, empty === Kind.gap ? 0 : (region?.perms ?? UNKNOWN_PERMS));
    }
  });
  return parts.finish(layout.end);
}

interface Cuts {
  /** One more than there are stretches: their start pages, ascending; the last one is the end of the space. */
  readonly page: readonly number[];
  readonly edge: readonly number[];
}

function roundCuts(regions: readonly KernelRegion[], stretches: readonly Stretch[], layout: KernelBounds): Cuts {
  const page: number[] = [];
  const edge: number[] = [];
  stretches.forEach(({ start }, i) => {
    const isUpperInner = isSmaller(regions[stretches[i]?.region ?? -1], regions[stretches[i - 1]?.region ?? -1]);
    const rounded = start.byte === 0 || isUpperInner ? start.page : start.page + 1;
    page.push(Math.max(rounded, page.at(-1) ?? 0));
    edge.push((start.page - (page.at(-1) ?? 0)) * PAGE_SIZE + start.byte);
  });
  return { page: [...page, layout.end], edge: [...edge, 0] };
}

function isSmaller(a: KernelRegion | undefined, b: KernelRegion | undefined): boolean {
  if (a === undefined || b === undefined) return a !== undefined;
  return compareBytes(subtractBytes(a.end, a.start), subtractBytes(b.end, b.start)) < 0;
}

class PartBuilder {
  #length = 0;
  readonly #half: KernelHalf;
  readonly #bounds: Float64Array;
  readonly #edge: Int16Array;
  readonly #region: Int32Array;
  readonly #within: Int32Array;
  readonly #outer: Int32Array;
  readonly #range: Int32Array;
  readonly #kind: Uint8Array;
  readonly #perms: Uint8Array;

  constructor(half: KernelHalf, most: number) {
    this.#half = half;
    this.#bounds = new Float64Array(most + 1);
    this.#edge = new Int16Array(most + 1);
    this.#region = new Int32Array(most);
    this.#within = new Int32Array(most);
    this.#outer = new Int32Array(most);
    this.#range = new Int32Array(most);
    this.#kind = new Uint8Array(most);
    this.#perms = new Uint8Array(most);
  }

  add(start: number, edge: number, { region, within, outer }: Stretch, range: number, kind: number, perms: number): void {
    const i = this.#length++;
    this.#bounds[i] = start;
    this.#edge[i] = edge;
    this.#region[i] = region;
    this.#within[i] = within;
    this.#outer[i] = outer;
    this.#range[i] = range;
    this.#kind[i] = kind;
    this.#perms[i] = perms;
  }

  finish(end: number): KernelParts {
    const n = this.#length;
    this.#bounds[n] = end;
    this.#edge[n] = 0;
    return {
      half: this.#half,
      length: n,
      bounds: this.#bounds.slice(0, n + 1),
      edge: this.#edge.slice(0, n + 1),
      region: this.#region.slice(0, n),
      within: this.#within.slice(0, n),
      outer: this.#outer.slice(0, n),
      range: this.#range.slice(0, n),
      kind: this.#kind.slice(0, n),
      perms: this.#perms.slice(0, n),
    };
  }
}

/** The region of a part; null: it lies in no region. */
export function regionOf({ half, region }: KernelParts, part: number): KernelRegion | null {
  return half.regions[region[part] ?? -1] ?? null;
}

/** The region around it. */
export function enclosingRegion({ half, within }: KernelParts, part: number): KernelRegion | null {
  return half.regions[within[part] ?? -1] ?? null;
}
