import { decodeFrame, encodeDelta, encodeSnapshot, setSequence, snapshotBytes } from '@procmap/shared/codec.ts';
import { alignNames, type Delta, diff, isEmptyDelta } from '@procmap/shared/diff.ts';
import type { MapMeta } from '@procmap/shared/frame.ts';
import { startsNamesAnew } from '@procmap/shared/text/names.ts';
import { ROW_BYTES, type MappingTable } from '@procmap/shared/region.ts';

/** The difference between two tables; encoded as a frame on first use. */
interface Way {
  readonly base: MappingTable;
  readonly delta: Delta;
  frame: Uint8Array | null;
}

/**
 * One version of a process's map, an immutable value. Viewers remember the version that they have, and get the
 * difference to the latest. Frames are encoded once for all viewers.
 *
 * Rows of a delta refer to names by their index in the base. So the names of a version are those of the previous one,
 * followed by new ones, as apply() appends them: whichever versions a viewer skips, its names have our order. Now and
 * then the names start anew, and all viewers get a snapshot.
 */
export class MapVersion {
  readonly sequence: number;
  readonly meta: MapMeta;
  readonly table: MappingTable;
  /** Sequence of the version at which the names last started anew. */
  readonly #namesSince: number;
  #snapshot: Uint8Array | null;
  /** The difference to the base last asked for. */
  #latest: Way | null;

  private constructor(sequence: number, meta: MapMeta, table: MappingTable, namesSince: number, snapshot: Uint8Array | null, latest: Way | null) {
    this.sequence = sequence;
    this.meta = meta;
    this.table = table;
    this.#namesSince = namesSince;
    this.#snapshot = snapshot;
    this.#latest = latest;
  }

  /**
   * Makes a version from a snapshot frame of the reader, whose bytes it keeps, and the previous version, or null.
   * Throws RangeError if it is not a snapshot.
   */
  static ofFrame(frame: Uint8Array, sequence: number, before: MapVersion | null): MapVersion {
    setSequence(frame, sequence);
    const decoded = decodeFrame(frame);
    if (decoded.type !== 'snapshot') throw new RangeError('frame: not a snapshot');
    const { meta, table } = decoded;
    if (before === null || startsNamesAnew(before.table.names, table.names)) return new MapVersion(sequence, meta, table, sequence, frame, null);
    const aligned = alignNames(before.table.names, table);
    return new MapVersion(sequence, meta, aligned, before.#namesSince, null, { base: before.table, delta: diff(before.table, aligned), frame: null });
  }

  /** True if a viewer of `other` would see no difference: only the time differs. */
  isSameMap(other: MapVersion): boolean {
    return isEmptyDelta(this.#from(other).delta) && sameMeaning(other.meta, this.meta);
  }

  /** The frame for a viewer with `base` (null: with nothing): a delta, or a snapshot if that is hardly larger. */
  frameFrom(base: MapVersion | null): Uint8Array {
    if (base?.meta.process.startTime !== this.meta.process.startTime || base.#namesSince !== this.#namesSince) return this.#whole();
    const way = this.#from(base);
    if (way.delta.at.length * ROW_BYTES + way.delta.removed.length * 4 > snapshotBytes(this.table) / 2) return this.#whole();
    way.frame ??= encodeDelta(this.sequence, base.sequence, this.meta, way.delta);
    return way.frame;
  }

  #whole(): Uint8Array {
    this.#snapshot ??= encodeSnapshot(this.sequence, this.meta, this.table);
    return this.#snapshot;
  }

  #from(base: MapVersion): Way {
    if (this.#latest?.base !== base.table) this.#latest = { base: base.table, delta: diff(base.table, this.table), frame: null };
    return this.#latest;
  }
}

function sameMeaning(a: MapMeta, b: MapMeta): boolean {
  return (
    a.process.startTime === b.process.startTime &&
    a.process.comm === b.process.comm &&
    a.cost.torn === b.cost.torn &&
    JSON.stringify(a.layout) === JSON.stringify(b.layout)
  );
}
