import { decodeFrame, type Frame } from '@procmap/shared/codec.ts';
import { PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import type { ClientMessage } from '@procmap/shared/messages.ts';
import WebSocket from 'ws';
import type { Cleanup } from './cleanup.ts';
import type { Daemon } from '../daemon.ts';

/** A viewer of the stream without a browser. */
export class Viewer {
  readonly #socket: WebSocket;
  readonly #frames: { readonly frame: Frame; readonly bytes: number }[] = [];
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#frames.push({ frame: decodeFrame(data), bytes: data.length });
      this.#wake();
    });
  }

  static async open({ address, token }: Daemon, cleanup: Cleanup): Promise<Viewer> {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/api/stream`, { origin: address, headers: { authorization: `Bearer ${token}` } });
    cleanup.defer(() => socket.terminate());
    const viewer = new Viewer(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    viewer.send({ type: 'hello', protocol: PROTOCOL_VERSION, key: '' });
    await new Promise<void>((resolve) => (viewer.#wake = resolve));
    return viewer;
  }

  send(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The next frame of a map, or one that has arrived and was not taken yet. */
  async frame(): Promise<{ readonly frame: Frame; readonly bytes: number }> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  close(): void {
    this.#socket.close();
  }
}
