import { decodeFrame } from '@procmap/shared/codec.ts';
import { FIRST_SIGHT, type HierarchyOptions } from '../axis/hierarchy.ts';
import { MapKeeper } from './map-keeper.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { MapPacker } from './packed-map.ts';

/** The worker's way to answer. */
interface Outbox {
  readonly send: (message: FromWorker, transfer: ArrayBuffer[]) => void;
  /** Calls back after everything that has arrived so far is taken in. */
  readonly later: (run: () => void) => void;
}

/**
 * The work of the worker: takes in frames as they arrive, and builds a map when none is waiting. So many frames at once
 * cost hardly more than one.
 */
export class MapDesk {
  readonly #outbox: Outbox;
  readonly #keeper = new MapKeeper();
  readonly #packer = new MapPacker();
  #options: HierarchyOptions = FIRST_SIGHT;
  #epoch = 0;
  #ticket = 0;
  #hasNews = false;
  #isDue = false;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'begin':
        this.#epoch = message.epoch;
        this.#hasNews = false;
        this.#keeper.begin(message.pid);
        return;
      case 'expectSnapshot':
        this.#keeper.expectSnapshot();
        return;
      case 'options':
        this.#options = message.options;
        return;
      case 'kernel':
        this.#keeper.setKernel(message.half);
        this.#hasNews = true;
        break;
      case 'frame':
        this.#takeFrame(message.bytes);
    }
    this.#ticket = message.ticket;
    if (this.#isDue) return;
    this.#isDue = true;
    this.#outbox.later(() => {
      this.#isDue = false;
      this.#answer();
    });
  }

  #takeFrame(bytes: Uint8Array): void {
    let taken;
    try {
      taken = this.#keeper.take(decodeFrame(bytes));
    } catch {
      this.#complain('garbage');
      return;
    }
    if (taken === 'taken') this.#hasNews = true;
    else if (taken === 'resync') this.#complain('resync');
  }

  #complain(complaint: 'resync' | 'garbage'): void {
    this.#outbox.send({ epoch: this.#epoch, ticket: this.#ticket, map: null, complaint }, []);
  }

  #answer(): void {
    const map = this.#hasNews ? this.#keeper.make(this.#options) : null;
    this.#hasNews = false;
    const { packed, transfer } = map === null ? { packed: null, transfer: [] } : this.#packer.pack(map);
    this.#outbox.send({ epoch: this.#epoch, ticket: this.#ticket, map: packed, complaint: null }, transfer);
  }
}
