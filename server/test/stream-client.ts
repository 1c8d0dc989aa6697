import { decodeFrame, type Frame } from '@procmap/shared/codec.ts';
import { apply } from '@procmap/shared/diff.ts';
import { type ClientMessage, parseServerMessage, type ServerMessage } from '@procmap/shared/messages.ts';
import { EMPTY_TABLE, type MappingTable } from '@procmap/shared/region.ts';
import { WebSocket } from 'ws';

type Item = ServerMessage | Frame;
type ItemOf<T extends Item['type']> = Extract<Item, { type: T }>;

const LONGEST_WAIT_MS = 25_000;

/** A page's end of the stream: keeps messages in order, and the resulting table. */
export class StreamClient {
  readonly #socket: WebSocket;
  readonly #items: Item[] = [];
  #wake: () => void = () => undefined;
  #sequence = -1;
  /** The page's map after all frames so far. */
  table: MappingTable = EMPTY_TABLE;
  /** Types of all messages ever received. */
  readonly arrived: string[] = [];
  /** Status of a refused upgrade; 101 for none. */
  readonly opened: Promise<number>;
  /** Close code, once it is closed. */
  readonly closed: Promise<number>;

  constructor(url: string, options: { origin: string; headers: Readonly<Record<string, string>> }) {
    const socket = new WebSocket(url, options);
    this.#socket = socket;
    this.opened = new Promise((resolve, reject) => {
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_, response) => {
        reject(new Error(String(response.statusCode)));
        response.resume();
        socket.terminate();
      });
      socket.on('error', reject);
    });
    this.opened.catch(() => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
    socket.on('message', (data: Buffer, isBinary) => this.#take(isBinary ? this.#frame(data) : message(data)));
  }

  #take(item: Item): void {
    this.arrived.push(item.type);
    this.#items.push(item);
    this.#wake();
  }

  #frame(data: Buffer): Frame {
    const frame = decodeFrame(data);
    if (frame.type === 'snapshot') this.table = frame.table;
    else if (frame.base === this.#sequence) this.table = apply(this.table, frame.delta);
    else throw new Error(`a delta of ${frame.base} for a page that has ${this.#sequence}`);
    this.#sequence = frame.sequence;
    return frame;
  }

  send(message: ClientMessage): void {
    this.sendRaw(JSON.stringify(message));
  }

  sendRaw(data: string | Uint8Array): void {
    this.#socket.send(data);
  }

  ping(data: string): void {
    this.#socket.ping(data);
  }

  /** The next item of a type; drops earlier ones. Rejects if it does not come. */
  async next<T extends Item['type']>(type: T, fits: (item: ItemOf<T>) => boolean = () => true): Promise<ItemOf<T>> {
    const late = performance.now() + LONGEST_WAIT_MS;
    for (;;) {
      const item = this.#items.shift();
      if (item?.type === type && fits(item as ItemOf<T>)) return item as ItemOf<T>;
      if (item === undefined) await this.#more(late, type);
    }
  }

  /** The next message of a type. */
  message<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>> {
    return this.next(type);
  }

  /** Waits until its map fits; drops no messages meanwhile. */
  async untilTable(fits: (table: MappingTable) => boolean): Promise<void> {
    const late = performance.now() + LONGEST_WAIT_MS;
    while (!fits(this.table)) await this.#more(late, 'such a map');
  }

  async #more(late: number, what: string): Promise<void> {
    if (this.#socket.readyState >= this.#socket.CLOSING) throw new Error(`the stream ended while ${what} was awaited`);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} came; there came: ${this.arrived.join(' ')}`)), late - performance.now());
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Stops reading, like a page on a sleeping machine. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}

function message(data: Buffer): ServerMessage {
  const parsed = parseServerMessage(data.toString('utf8'));
  if (parsed === null) throw new Error(`no message of this protocol: ${data.toString('utf8')}`);
  return parsed;
}
