import { decodeFrame, encodeDelta, encodeSnapshot, setSequence, snapshotBytes } from '@procmap/shared/codec.ts';
import { alignNames, type Delta, diff, isEmptyDelta } from '@procmap/shared/diff.ts';
import type { MapMeta } from '@procmap/shared/frame.ts';
import { nameCount } from '@procmap/shared/names.ts';
import { ROW_BYTES, type MappingTable } from '@procmap/shared/region.ts';

/** What leads from one table to the next; as a frame once somebody needs it. */
interface Way {
  readonly base: MappingTable;
  readonly delta: Delta;
  frame: Uint8Array | null;
}

/** Names that no row has any more are carried along up to so many, and as many again as are in use. */
const MAX_UNUSED_NAMES = 256;

/**
 * One map of a process as the stream has it, a value: viewers keep the one that they have, and get what leads from it to the latest.
 * Frames are made once, whoever else needs the same.
 *
 * A delta's rows refer to names by their place in the base. So a version's names are those of the one before and behind them the new ones, as apply()
 * makes them: whichever versions a viewer skips, its names are in the order of ours. Now and then they start anew, and then everybody gets a snapshot.
 */
export class MapVersion {
  readonly sequence: number;
  readonly meta: MapMeta;
  readonly table: MappingTable;
  /** Sequence of the version with which the names started. */
  readonly #namesSince: number;
  #snapshot: Uint8Array | null;
  /** From the version that was asked about last. */
  #latest: Way | null;

  private constructor(sequence: number, meta: MapMeta, table: MappingTable, namesSince: number, snapshot: Uint8Array | null, latest: Way | null) {
    this.sequence = sequence;
    this.meta = meta;
    this.table = table;
    this.#namesSince = namesSince;
    this.#snapshot = snapshot;
    this.#latest = latest;
  }

  /** Of a snapshot frame as the reader sends it, whose bytes are taken over, and the version before, or null. Throws RangeError when it is none. */
  static ofFrame(frame: Uint8Array, sequence: number, before: MapVersion | null): MapVersion {
    setSequence(frame, sequence);
    const decoded = decodeFrame(frame);
    if (decoded.type !== 'snapshot') throw new RangeError('frame: not a snapshot');
    const { meta, table } = decoded;
    if (before === null || nameCount(before.table.names) > 2 * nameCount(table.names) + MAX_UNUSED_NAMES)
      return new MapVersion(sequence, meta, table, sequence, frame, null);
    const aligned = alignNames(before.table.names, table);
    return new MapVersion(sequence, meta, aligned, before.#namesSince, null, { base: before.table, delta: diff(before.table, aligned), frame: null });
  }

  /** True when a viewer of `other` would see nothing new in this one: only when it was taken differs. */
  isSameMap(other: MapVersion): boolean {
    return isEmptyDelta(this.#from(other).delta) && sameMeaning(other.meta, this.meta);
  }

  /** What a viewer with `base` needs, null for one that has nothing: a delta, or the snapshot where that is hardly larger. */
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
