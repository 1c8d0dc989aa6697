import type { Frame } from '@procmap/shared/codec.ts';
import { apply } from '@procmap/shared/diff.ts';
import type { MapMeta } from '@procmap/shared/frame.ts';
import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { type KernelHalf, NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { type KernelParts, rangeParts } from '@procmap/shared/kernel-parts.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { type Summary, summarise } from '@procmap/shared/figures/summary.ts';
import { buildHierarchy, type Hierarchy, type HierarchyOptions } from '../axis/hierarchy.ts';
import { type MaskLevels, maskLevels } from '../axis/masks.ts';

/** A map as of `meta.takenAt` with everything the page needs of it. A value: replaced as a whole, never changed. */
export interface MadeMap {
  readonly sequence: number;
  readonly meta: MapMeta;
  readonly intervals: Intervals;
  readonly summary: Summary;
  /** Built for these options; other options need a new one. */
  readonly hierarchy: Hierarchy;
  /** By kind. */
  readonly masks: MaskLevels;
  readonly options: HierarchyOptions;
}

/**
 * The outcome of a frame: `useless`: nobody waits for it; `resync`: its base is missing, so a snapshot must be
 * requested.
 */
type Taken = 'taken' | 'useless' | 'resync';

/**
 * Follows the map of one process through its frames and builds everything to show. A million mappings take a tenth of a
 * second, so this runs off the main thread.
 */
export class MapKeeper {
  #pid: number | null = null;
  #current: { readonly sequence: number; readonly meta: MapMeta; readonly table: MappingTable } | null = null;
  #half: KernelHalf = NO_KERNEL_HALF;
  /** Built once per half and layout, which a changing map does not affect. */
  #parts: KernelParts | null = null;
  /** Waiting for a snapshot: deltas are useless until it arrives. */
  #isResyncing = false;

  /** Switches to another process, or to none. */
  begin(pid: number | null): void {
    this.#pid = pid;
    this.#current = null;
    this.#isResyncing = false;
  }

  /** The next frame must be a snapshot: a new stream does not know the frames of the old one. */
  expectSnapshot(): void {
    this.#isResyncing = true;
  }

  setKernel(half: KernelHalf): void {
    this.#half = half;
    this.#parts = null;
  }

  take(frame: Frame): Taken {
    const { sequence, meta } = frame;
    if (meta.process.pid !== this.#pid) return 'useless';
    if (frame.type === 'snapshot') {
      this.#isResyncing = false;
      this.#current = { sequence, meta, table: frame.table };
      return 'taken';
    }
    if (this.#isResyncing) return 'useless';
    const base = this.#current;
    try {
      if (base?.sequence !== frame.base) throw new RangeError('delta: of another base');
      this.#current = { sequence, meta, table: apply(base.table, frame.delta) };
    } catch {
      this.#isResyncing = true;
      return 'resync';
    }
    return 'taken';
  }

  /** The current map for these options; null before the first map. O(mappings + parts of the kernel). */
  make(options: HierarchyOptions): MadeMap | null {
    if (this.#current === null) return null;
    const { sequence, meta, table } = this.#current;
    const intervals = tile(table, meta.layout, this.#partsFor(meta));
    return {
      sequence,
      meta,
      intervals,
      summary: summarise(intervals),
      hierarchy: buildHierarchy(intervals, options),
      masks: maskLevels(intervals, intervals.kind),
      options,
    };
  }

  #partsFor({ layout }: MapMeta): KernelParts {
    const parts = this.#parts;
    if (parts?.bounds[0] === layout.kernelStart && parts.bounds.at(-1) === layout.end) return parts;
    return (this.#parts = rangeParts(this.#half, layout));
  }
}
