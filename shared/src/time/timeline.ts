import { applyAll, type Delta } from '../diff.ts';
import type { FrameType } from '../formats/frames.ts';
import type { MapDecoder } from '../formats/map-payload.ts';
import type { MapMeta } from '../frame.ts';
import type { MappingTable } from '../region.ts';
import { decodeLooks, type Look } from './looks.ts';

/** A frame that can be had: in a file, in memory, or from the daemon. */
interface Frame {
  readonly type: string;
  /** First and last moment, in ms since 1970. */
  readonly at: number;
  readonly until: number;
  /** The inflated payload. Rejects with a RangeError if it is damaged. */
  payload(): Promise<Uint8Array>;
}

/** A map as it was at a moment. */
export interface Moment {
  readonly meta: MapMeta;
  readonly table: MappingTable;
}

interface Change {
  readonly meta: MapMeta;
  readonly delta: Delta;
}

const MOMENTS: ReadonlySet<string> = new Set<FrameType>(['WHOL', 'DIFF', 'LOOK']);

/** Decoded frames that are kept: while one scrubs, the next moment is near. */
const KEPT_WHOLE = 3;
const KEPT_CHANGES = 24;

/** The maps of a process over time, from frames in the order of their moments. */
export class Timeline {
  readonly #frames: () => readonly Frame[];
  readonly #decoder: MapDecoder;
  readonly #wholes = new Kept<Moment>(KEPT_WHOLE);
  readonly #changes = new Kept<readonly Change[]>(KEPT_CHANGES);

  /** `frames`: may grow at its end, and lose frames anywhere. */
  constructor(frames: () => readonly Frame[], decoder: MapDecoder) {
    this.#frames = frames;
    this.#decoder = decoder;
  }

  /** The last map at or before a time; null: there is none. Rejects with a RangeError if it is damaged. */
  async moment(at: number): Promise<Moment | null> {
    const frames = this.#frames();
    const key = frames.findLastIndex((frame) => frame.type === 'WHOL' && frame.at <= at);
    const whole = frames[key];
    if (whole === undefined) return null;
    const { meta, table } = await this.#wholes.get(whole, async () => this.#decoder.whole(await whole.payload()));
    const parts: Promise<readonly Change[]>[] = [];
    for (let i = key + 1; i < frames.length; i++) {
      const frame = frames[i];
      if (frame === undefined || frame.type === 'WHOL' || frame.at > at) break;
      if (frame.type === 'DIFF') parts.push(this.#changes.get(frame, async () => this.#decoder.changes(await frame.payload())));
    }
    const changes = (await Promise.all(parts)).flat().filter((change) => change.meta.takenAt <= at);
    const last = changes.at(-1);
    if (last === undefined) return { meta, table };
    return {
      meta: last.meta,
      table: applyAll(
        table,
        changes.map(({ delta }) => delta),
      ),
    };
  }

  /** From the first to the last moment; null: there is none. */
  get range(): { readonly from: number; readonly until: number } | null {
    const frames = this.#frames().filter(({ type }) => MOMENTS.has(type));
    const [first] = frames;
    return first === undefined ? null : { from: first.at, until: frames.reduce((last, { until }) => Math.max(last, until), first.until) };
  }

  /** The payload of the last frame of a type at or before a time; null: there is none. */
  async last(type: FrameType, at: number): Promise<Uint8Array | null> {
    return (
      (await this.#frames()
        .findLast((frame) => frame.type === type && frame.at <= at)
        ?.payload()) ?? null
    );
  }

  /** All looks in [from, until]. */
  async looks(from: number, until: number): Promise<Look[]> {
    const frames = this.#frames().filter((frame) => frame.type === 'LOOK' && frame.at <= until && frame.until >= from);
    const lists = await Promise.all(frames.map(async (frame) => decodeLooks(await frame.payload())));
    return lists.flat().filter(({ at }) => at >= from && at <= until);
  }
}

/** The last few of what was made of frames. */
class Kept<T> {
  readonly #most: number;
  readonly #made = new Map<Frame, Promise<T>>();

  constructor(most: number) {
    this.#most = most;
  }

  get(frame: Frame, make: () => Promise<T>): Promise<T> {
    const made = this.#made.get(frame) ?? make();
    this.#made.delete(frame);
    this.#made.set(frame, made);
    const [oldest] = this.#made.keys();
    if (this.#made.size > this.#most && oldest !== undefined) this.#made.delete(oldest);
    return made;
  }
}
