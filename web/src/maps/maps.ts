import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import type { HierarchyOptions } from '../axis/hierarchy.ts';
import type { MadeMap } from './map-keeper.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { MapUnpacker } from './packed-map.ts';

/** The parts of Worker that are used. */
export interface Port {
  postMessage(message: ToWorker, transfer: ArrayBuffer[]): void;
  onmessage: ((event: MessageEvent<FromWorker>) => unknown) | null;
}

interface MapsEvents {
  readonly onMap: (map: MadeMap) => void;
  /** A frame without its base: request a snapshot. */
  readonly onResync: () => void;
  /** An unreadable frame. */
  readonly onGarbage: () => void;
}

/**
 * Maps, built in a worker so that drawing never waits. A message that arrives after a frame must also take effect after
 * it: use `after`.
 */
export class Maps {
  readonly #port: Port;
  readonly #events: MapsEvents;
  readonly #unpacker = new MapUnpacker();
  /** Counts the processes switched to: answers about earlier ones are dropped. */
  #epoch = 0;
  #asked = 0;
  #answered = 0;
  /** Halves sent to the worker but not answered yet, by ticket. */
  #halves: { readonly ticket: number; readonly half: KernelHalf }[] = [];
  #waiting: { readonly ticket: number; readonly run: () => void }[] = [];

  constructor(port: Port, events: MapsEvents) {
    this.#port = port;
    this.#events = events;
    port.onmessage = ({ data }) => this.#receive(data);
  }

  begin(pid: number | null): void {
    this.#post({ type: 'begin', pid, epoch: ++this.#epoch });
  }

  /** The next frame must be a snapshot. */
  expectSnapshot(): void {
    this.#post({ type: 'expectSnapshot' });
  }

  setOptions(options: HierarchyOptions): void {
    this.#post({ type: 'options', options });
  }

  setKernel(half: KernelHalf): void {
    const ticket = ++this.#asked;
    this.#halves.push({ ticket, half });
    this.#post({ type: 'kernel', half, ticket });
  }

  /** Transfers the bytes. */
  take(bytes: Uint8Array<ArrayBuffer>): void {
    this.#post({ type: 'frame', bytes, ticket: ++this.#asked }, [bytes.buffer]);
  }

  /** Runs at once, or when all frames taken so far are answered. */
  after(run: () => void): void {
    if (this.#answered === this.#asked) run();
    else this.#waiting.push({ ticket: this.#asked, run });
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  #receive({ epoch, ticket, map, complaint }: FromWorker): void {
    if (map !== null) {
      // Names and kernel parts are remembered even if the map came too late.
      const made = this.#unpacker.unpack(map, map.kernel === null ? null : this.#halfOf(ticket));
      if (epoch === this.#epoch) this.#events.onMap(made);
    }
    if (complaint === 'garbage') this.#events.onGarbage();
    if (complaint === 'resync' && epoch === this.#epoch) this.#events.onResync();
    this.#answered = Math.max(this.#answered, ticket);
    while ((this.#waiting[0]?.ticket ?? Infinity) <= this.#answered) this.#waiting.shift()?.run();
  }

  /** The newest half that the worker knew at a ticket. */
  #halfOf(ticket: number): KernelHalf | null {
    const known = this.#halves.filter((each) => each.ticket <= ticket);
    const newest = known.at(-1);
    if (newest !== undefined) this.#halves = this.#halves.filter((each) => each.ticket >= newest.ticket);
    return newest?.half ?? null;
  }
}
