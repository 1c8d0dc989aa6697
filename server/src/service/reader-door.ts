import { connect, type Socket } from 'node:net';
import { encodeMessage } from '../reader/wire.ts';

const AGAIN_MS = 200;

/** The reader's service: connected to, and again whenever the connection ends. systemd listens there, so that who connects while it is started again waits. */
export class ReaderDoor {
  readonly #path: string;
  readonly #take: (stream: Socket) => void;

  constructor(path: string, take: (stream: Socket) => void) {
    this.#path = path;
    this.#take = take;
    this.#connect();
  }

  #connect(): void {
    const stream = connect(this.#path);
    stream.on('error', () => undefined);
    stream.once('connect', () => {
      this.#take(stream);
    });
    stream.once('close', () => {
      setTimeout(() => {
        this.#connect();
      }, AGAIN_MS);
    });
  }

  /** Tells a reader whose threads hang, while it still hears, to end. One that does not hear is ended by its watchdog. */
  endReader(): void {
    const stream = connect(this.#path);
    stream.on('error', () => undefined);
    stream.setTimeout(AGAIN_MS, () => stream.destroy());
    stream.end(Buffer.concat(encodeMessage({ id: 0, op: 'end' })));
  }
}
