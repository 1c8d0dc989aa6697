import type { Delta } from '../diff.ts';
import { encodeChange, encodeWhole } from '../formats/map-payload.ts';
import { type FrameType, packFrame, type Packing } from '../formats/frames.ts';
import type { MapMeta } from '../frame.ts';
import type { MappingTable } from '../region.ts';
import { type Look, LookList } from './looks.ts';

/** A map that may continue the one before it. */
export interface Version {
  readonly meta: MapMeta;
  readonly table: MappingTable;
  /** The change since `before`; null: a whole map must follow. */
  deltaFrom(before: MappingTable): Delta | null;
}

/** A frame as it is kept and written. */
export interface StoredFrame {
  readonly type: FrameType;
  readonly at: number;
  readonly until: number;
  /** With its head. */
  readonly bytes: Uint8Array;
}

/** Changes until the next whole map: a moment is shown after applying half of them on average. */
const MAX_CHAIN = 150;
/** Rows that change until then, as a share of the rows of the map. */
const MAX_CHANGED = 1;
/** Changes in one frame, the bytes from which it is closed, and its longest time. A writer that dies loses it. */
const FRAME_CHANGES = 16;
const FRAME_BYTES = 256 * 1024;
const FRAME_MS = 5000;

/** Makes frames of maps as they come. `keep` gets them in the order of their moments. */
export class Recorder {
  readonly #packing: Packing;
  readonly #keep: (frame: StoredFrame) => void;
  #last: MappingTable | null = null;
  #chain = 0;
  #changedRows = 0;
  /** Changes that are in no frame yet. */
  #changes: Uint8Array[] = [];
  #changeBytes = 0;
  #changesFrom = 0;
  #changesUntil = 0;
  readonly #looks = new LookList();
  /** Deflate takes its time; frames stay in order. */
  #packed: Promise<void> = Promise.resolve();
  /** Of the first frame that could not be kept; no other follows it. */
  #failure: { readonly error: unknown } | null = null;

  constructor(packing: Packing, keep: (frame: StoredFrame) => void) {
    this.#packing = packing;
    this.#keep = keep;
  }

  /** A new map. Each must be later than the one before. */
  add(version: Version): void {
    const { meta, table } = version;
    const delta = this.#last === null || this.#chain >= MAX_CHAIN ? null : version.deltaFrom(this.#last);
    const changed = delta === null ? Infinity : this.#changedRows + delta.at.length + delta.removed.length;
    if (delta === null || changed > MAX_CHANGED * table.length + FRAME_CHANGES) {
      this.#closeChanges();
      this.#pack('WHOL', meta.takenAt, meta.takenAt, encodeWhole(meta, table));
      [this.#chain, this.#changedRows] = [0, 0];
    } else {
      const bytes = encodeChange(meta, delta);
      if (this.#changes.length === 0) this.#changesFrom = meta.takenAt;
      this.#changes.push(bytes);
      this.#changeBytes += bytes.length;
      this.#changesUntil = meta.takenAt;
      [this.#chain, this.#changedRows] = [this.#chain + 1, changed];
      if (this.#changes.length >= FRAME_CHANGES || this.#changeBytes >= FRAME_BYTES) this.#closeChanges();
    }
    this.#last = table;
  }

  /** A look at the process, whether it found a change or not. Throws what `keep` has thrown meanwhile. */
  look(look: Look): void {
    this.#throwFailure();
    this.#looks.add(look);
    if (this.#looks.isFull) this.#closeLooks();
    // Changes may be rare.
    if (look.at - this.#changesFrom >= FRAME_MS) this.#closeChanges();
  }

  /** Keeps another frame, of one moment. */
  note(type: FrameType, at: number, payload: Uint8Array): void {
    this.#pack(type, at, at, payload);
  }

  /** Resolves when all that was added is kept; rejects with what `keep` has thrown. */
  async flush(): Promise<void> {
    this.#closeChanges();
    this.#closeLooks();
    await this.#packed;
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  #closeChanges(): void {
    if (this.#changes.length === 0) return;
    const payload = joined(this.#changes, this.#changeBytes);
    [this.#changes, this.#changeBytes] = [[], 0];
    this.#pack('DIFF', this.#changesFrom, this.#changesUntil, payload);
  }

  #closeLooks(): void {
    const closed = this.#looks.take();
    if (closed !== null) this.#pack('LOOK', closed.at, closed.until, closed.payload);
  }

  #pack(type: FrameType, at: number, until: number, payload: Uint8Array): void {
    const packing = packFrame(type, at, until, payload, this.#packing);
    this.#packed = this.#packed
      .then(async () => {
        const bytes = await packing;
        if (this.#failure === null) this.#keep({ type, at, until, bytes });
      })
      .catch((error: unknown) => {
        this.#failure ??= { error };
      });
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
