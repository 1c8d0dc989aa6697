import { decodeFrame, type Frame } from '@procmap/shared/codec.ts';
import { apply } from '@procmap/shared/diff.ts';
import { parseServerMessage, type ServerMessage } from '@procmap/shared/messages.ts';
import { EMPTY_TABLE, type MappingTable } from '@procmap/shared/region.ts';
import type { Outlet } from '../src/web/live/viewer.ts';

export type Arrived = ServerMessage | Frame;

/**
 * A page at the end of an imaginary stream: accepts everything at once, and pretends an amount that it has not read
 * yet.
 */
export class PageOutlet implements Outlet {
  bufferedAmount = 0;
  terminated = false;
  readonly arrived: Arrived[] = [];
  /** Bytes of the frames, as they were sent. */
  readonly frames: Uint8Array[] = [];
  table: MappingTable = EMPTY_TABLE;
  #sequence = -1;

  send(data: string | Uint8Array): void {
    if (typeof data === 'string') {
      const message = parseServerMessage(data);
      if (message === null) throw new Error(`no message of this protocol: ${data}`);
      this.arrived.push(message);
      return;
    }
    this.frames.push(data);
    const frame = decodeFrame(data);
    if (frame.type === 'snapshot') this.table = frame.table;
    else if (frame.base === this.#sequence) this.table = apply(this.table, frame.delta);
    else throw new Error(`a delta of ${frame.base} for a page that has ${this.#sequence}`);
    this.#sequence = frame.sequence;
    this.arrived.push(frame);
  }

  terminate(): void {
    this.terminated = true;
  }

  /** Types of messages since the last call, without rates and the kernel half. */
  types(): string[] {
    return this.#fresh()
      .map((item) => (item.type === 'state' ? item.state : item.type))
      .filter((type) => type !== 'rate' && type !== 'kernel');
  }

  /** Rates received since the last call. */
  rates(): Extract<ServerMessage, { type: 'rate' }>[] {
    return this.#fresh().filter((item) => item.type === 'rate');
  }

  #read = 0;

  #fresh(): Arrived[] {
    const fresh = this.arrived.slice(this.#read);
    this.#read = this.arrived.length;
    return fresh;
  }
}
