import { decodeFrame, encodeDelta, setSequence } from '@procmap/shared/codec.ts';
import { type Delta, diff, isEmptyDelta } from '@procmap/shared/diff.ts';
import type { MapMeta } from '@procmap/shared/frame.ts';
import { ROW_BYTES, type MappingTable } from '@procmap/shared/region.ts';

/**
 * One map of a process as the stream has it, a value: viewers keep the one that they have, and get what leads from it to the latest.
 * Frames are made once, whoever else needs the same.
 */
export class MapVersion {
  readonly sequence: number;
  readonly meta: MapMeta;
  readonly table: MappingTable;
  readonly #snapshot: Uint8Array;
  /** What leads here from the version that was asked about last. */
  #latest: { readonly base: MappingTable; readonly delta: Delta; frame: Uint8Array | null } | null = null;

  private constructor(sequence: number, meta: MapMeta, table: MappingTable, snapshot: Uint8Array) {
    this.sequence = sequence;
    this.meta = meta;
    this.table = table;
    this.#snapshot = snapshot;
  }

  /** Of a snapshot frame as the reader sends it, whose bytes are taken over. Throws RangeError when it is none. */
  static ofFrame(frame: Uint8Array, sequence: number): MapVersion {
    setSequence(frame, sequence);
    const decoded = decodeFrame(frame);
    if (decoded.type !== 'snapshot') throw new RangeError('frame: not a snapshot');
    return new MapVersion(sequence, decoded.meta, decoded.table, frame);
  }

  /** True when a viewer of `other` would see nothing new in this one: only when it was taken differs. */
  isSameMap(other: MapVersion): boolean {
    return isEmptyDelta(this.#from(other).delta) && sameMeaning(other.meta, this.meta);
  }

  /** What a viewer with `base` needs, null for one that has nothing: a delta, or the snapshot where that is hardly larger. */
  frameFrom(base: MapVersion | null): Uint8Array {
    if (base?.meta.process.startTime !== this.meta.process.startTime) return this.#snapshot;
    const way = this.#from(base);
    if (way.delta.at.length * ROW_BYTES + way.delta.removed.length * 4 > this.#snapshot.length / 2) return this.#snapshot;
    way.frame ??= encodeDelta(this.sequence, base.sequence, this.meta, way.delta);
    return way.frame;
  }

  #from(base: MapVersion) {
    if (this.#latest?.base !== base.table) this.#latest = { base: base.table, delta: diff(base.table, this.table), frame: null };
    return this.#latest;
  }
}

function sameMeaning(a: MapMeta, b: MapMeta): boolean {
  return a.process.comm === b.process.comm && a.cost.torn === b.cost.torn && JSON.stringify(a.layout) === JSON.stringify(b.layout);
}
