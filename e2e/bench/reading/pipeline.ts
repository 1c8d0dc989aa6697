import { decodeFrame, encodeSnapshot, type Frame } from '@procmap/shared/codec.ts';
import { apply, type Delta, diff } from '@procmap/shared/diff.ts';
import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { LastTexts } from '../../../server/src/reader/reading/last-texts.ts';
import { readMap, type ReadMap } from '../../../server/src/reader/reading/map.ts';
import { isFailure } from '../../../server/src/reader/procfs/process/outcome.ts';
import { readMachine } from '../../../server/src/reader/procfs/machine.ts';
import { NOT_TOLD } from '../../../server/test/maps-reference.ts';
import { parseMaps } from '../../../server/src/reader/procfs/maps/parse-maps.ts';
import { TextBuffer } from '../../../server/src/reader/procfs/maps/text-buffer.ts';
import { MapVersion } from '../../../server/src/web/live/map-version.ts';
import type { Subject } from '../subject.ts';

const machine = readMachine();
const ignore = (): void => undefined;

/** A map's way from the kernel's file to a frame on the wire: the product's own code, run in this process. */
export class Pipeline {
  readonly #subject: Subject;
  readonly #last = new LastTexts();
  readonly #text = new TextBuffer();
  #etag: string | null = null;

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  /** The reader's work for a client with no map or an old one: read, parse, encode. */
  async whole(): Promise<Uint8Array> {
    const { etag, frame } = await this.#read(null);
    if (frame === null) throw new Error('a map was asked for');
    this.#etag = etag;
    return frame;
  }

  /** The work for a tick of a client that has the previous map. Call whole() first. */
  async changed(): Promise<void> {
    const { etag, frame } = await this.#read(this.#etag);
    if (frame === null) throw new Error(`process ${this.#subject.pid} did not change`);
    this.#etag = etag;
  }

  /** The work for a tick without a change. Call whole() first. */
  async unchanged(): Promise<void> {
    const { frame } = await this.#read(this.#etag);
    if (frame !== null) throw new Error(`process ${this.#subject.pid} changed while it was measured`);
  }

  async #read(etag: string | null): Promise<ReadMap> {
    const map = await readMap(this.#subject.pid, etag, machine, this.#last, ignore);
    if (isFailure(map)) throw new Error(map.message);
    return map;
  }

  /** The single steps. */
  async read(): Promise<void> {
    await this.#text.read(this.#subject.mapsPath, ignore);
  }

  /** Parses the text of the last read(). The next call reuses the table's memory. */
  parse(): MappingTable {
    const parsed = parseMaps(this.#text.bytes, this.#text.length, NOT_TOLD);
    if ('malformedAt' in parsed) throw new Error('malformed');
    return parsed.table;
  }
}

/** Two maps of a process that differ by one change, and how the web process and the page handle them. */
export class Change {
  readonly #before: MapVersion;
  readonly #after: MapVersion;
  readonly #afterBytes: Uint8Array;

  private constructor(before: Uint8Array, after: Uint8Array) {
    this.#before = MapVersion.ofFrame(before, 1, null);
    this.#after = MapVersion.ofFrame(after, 2, this.#before);
    this.#afterBytes = after;
  }

  static async of(pipeline: Pipeline, subject: Subject): Promise<Change> {
    const before = await pipeline.whole();
    await subject.fixture.command('mutate');
    return new Change(before, await pipeline.whole());
  }

  /** The frame for a viewer that has the first map. */
  get frame(): Uint8Array {
    return this.#after.frameFrom(this.#before);
  }

  /** As in the reader. */
  encode(): Uint8Array {
    return encodeSnapshot(2, this.#after.meta, this.#after.table);
  }

  decode(): Frame {
    return decodeFrame(this.#afterBytes);
  }

  /** All work of the web process on the reader's frame: decode, diff, encode the difference. */
  version(): Uint8Array {
    return MapVersion.ofFrame(this.#afterBytes, 2, this.#before).frameFrom(this.#before);
  }

  diff(): Delta {
    return diff(this.#before.table, this.#after.table);
  }

  /** As in the page. */
  apply(delta: Delta): MappingTable {
    return apply(this.#before.table, delta);
  }

  tile(): Intervals {
    return tile(this.#after.table, this.#after.meta.layout);
  }
}
