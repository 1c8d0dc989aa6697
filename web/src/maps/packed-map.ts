import type { Intervals } from '@procmap/shared/intervals.ts';
import { type KernelHalf, NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import type { KernelParts } from '@procmap/shared/kernel-parts.ts';
import { type Names, NO_NAMES } from '@procmap/shared/text/names.ts';
import { buildTable, type MappingTable } from '@procmap/shared/region.ts';
import type { Hierarchy } from '../axis/hierarchy.ts';
import type { MadeMap } from './map-keeper.ts';

/**
 * A map on its way from the worker: its arrays are transferred rather than copied, and parts that the page already has
 * are omitted.
 */
export interface PackedMap extends Pick<MadeMap, 'sequence' | 'meta' | 'summary' | 'options'> {
  readonly table: Omit<MappingTable, 'names'>;
  /** null: unchanged. */
  readonly names: Names | null;
  readonly intervals: Pick<Intervals, 'length' | 'bounds' | 'kind' | 'row' | 'part'>;
  /** null: unchanged. The half itself came from the page. */
  readonly kernel: Omit<KernelParts, 'half'> | null;
  readonly axis: Pick<Hierarchy['axis'], 'first' | 'end' | 'prefix'>;
  readonly clusters: Hierarchy['clusters'];
  readonly shelves: Hierarchy['shelves'];
  readonly runs: Hierarchy['runs'];
  readonly masks: MadeMap['masks'];
}

/** The worker's end: remembers what it has sent. */
export class MapPacker {
  #names: Names | null = null;
  #parts: KernelParts | null = null;

  /** Transfers the map's arrays, except those of its table, which the next delta is applied to. */
  pack({ sequence, meta, intervals, summary, hierarchy, masks, options }: MadeMap): { readonly packed: PackedMap; readonly transfer: ArrayBuffer[] } {
    const { table, kernel, length, bounds, kind, row, part } = intervals;
    const { names, ...columns } = buildTable(table.length, table.names, (column) => table[column].slice());
    const { first, end, prefix } = hierarchy.axis;
    const made = {
      table: columns,
      intervals: { length, bounds, kind, row, part },
      axis: { first, end, prefix },
      clusters: hierarchy.clusters,
      shelves: hierarchy.shelves,
      runs: hierarchy.runs,
      masks,
    };
    const packed: PackedMap = {
      sequence,
      meta,
      summary,
      options,
      ...made,
      names: names === this.#names ? null : names,
      kernel: kernel === this.#parts ? null : withoutHalf(kernel),
    };
    this.#names = names;
    this.#parts = kernel;
    return { packed, transfer: buffersOf(made) };
  }
}

/** The page's end. Unchanged names and kernel parts stay the same objects, since caches are keyed by them. */
export class MapUnpacker {
  #names: Names = NO_NAMES;
  #kernel: KernelParts | null = null;

  /** `half` is the one whose parts the worker built. */
  unpack(
    { sequence, meta, summary, options, table: columns, names, intervals: tiles, kernel: parts, axis, clusters, shelves, runs, masks }: PackedMap,
    half: KernelHalf | null,
  ): MadeMap {
    this.#names = names ?? this.#names;
    if (parts !== null) this.#kernel = { ...parts, half: half ?? NO_KERNEL_HALF };
    if (this.#kernel === null) throw new Error('the first map has the parts of the kernel');
    const table = { ...columns, names: this.#names };
    const intervals: Intervals = { ...tiles, table, kernel: this.#kernel, layout: meta.layout };
    return {
      sequence,
      meta,
      intervals,
      summary,
      options,
      hierarchy: { axis: { intervals, ...axis }, clusters, shelves, runs, options, resident: null, uses: null },
      masks,
    };
  }
}

function withoutHalf({ length, bounds, edge, region, within, outer, range, kind, perms }: KernelParts): Omit<KernelParts, 'half'> {
  return { length, bounds, edge, region, within, outer, range, kind, perms };
}

/** The buffers behind the typed arrays of an object and its nested objects, without duplicates. */
function buffersOf(value: object): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const visit = (each: unknown): void => {
    if (ArrayBuffer.isView(each)) buffers.add(each.buffer as ArrayBuffer);
    else if (typeof each === 'object' && each !== null) Object.values(each).forEach(visit);
  };
  visit(value);
  return [...buffers];
}
