import type { KernelRegion } from './kernel-half.ts';
import type { KernelBounds } from './layout.ts';
import { type Bytes, compareBytes, subtractBytes } from './page.ts';

/** A stretch of the kernel half with the same regions throughout, to the byte. It ends where the next one begins. */
export interface Stretch {
  readonly start: Bytes;
  /** Index of the innermost region there, of the one around it, and of the outermost one; or -1. */
  readonly region: number;
  readonly within: number;
  readonly outer: number;
}

/**
 * Flattens nested regions so that the innermost (smallest) one is seen: stretches that tile [layout.kernelStart,
 * layout.end), ascending. Regions are cut off at these bounds. O(regions²), for some hundreds of regions.
 */
export function flattenRegions(regions: readonly KernelRegion[], layout: KernelBounds): Stretch[] {
  const first: Bytes = { page: layout.kernelStart, byte: 0 };
  const last: Bytes = { page: layout.end, byte: 0 };
  const bounds = [first, ...regions.flatMap(({ start, end }) => [start, end]).filter((at) => compareBytes(at, first) > 0 && compareBytes(at, last) < 0)]
    .sort(compareBytes)
    .filter((at, i, all) => i === 0 || compareBytes(at, all[i - 1] ?? first) > 0);
  const region = new Int32Array(bounds.length).fill(-1);
  const within = new Int32Array(bounds.length).fill(-1);
  const outer = new Int32Array(bounds.length).fill(-1);
  for (const index of bySize(regions)) {
    const { start, end } = regions[index] ?? { start: last, end: first };
    bounds.forEach((at, i) => {
      if (compareBytes(at, start) < 0 || compareBytes(at, end) >= 0) return;
      within[i] = region[i] ?? -1;
      region[i] = index;
      if (outer[i] === -1) outer[i] = index;
    });
  }
  return bounds
    .map((start, i) => ({ start, region: region[i] ?? -1, within: within[i] ?? -1, outer: outer[i] ?? -1 }))
    .filter(({ region: r, within: w, outer: o }, i, all) => {
      const before = all[i - 1];
      return r !== before?.region || w !== before.within || o !== before.outer;
    });
}

/** Indices, largest region first. */
function bySize(regions: readonly KernelRegion[]): number[] {
  const sizes = regions.map(({ start, end }) => subtractBytes(end, start));
  return sizes.map((_, index) => index).sort((a, b) => compareBytes(sizes[b] ?? ZERO, sizes[a] ?? ZERO));
}

const ZERO: Bytes = { page: 0, byte: 0 };

/** The innermost region at a byte; null: none. */
export function regionAt(regions: readonly KernelRegion[], at: Bytes): KernelRegion | null {
  const around = bySize(regions).filter((index) => {
    const { start, end } = regions[index] ?? { start: at, end: at };
    return compareBytes(start, at) <= 0 && compareBytes(at, end) < 0;
  });
  return regions[around.at(-1) ?? -1] ?? null;
}
