import { tcpPeerUids } from './procfs/tcp-peer.ts';
import type { ReaderHead, RequestOf } from './protocol/protocol.ts';

/**
 * Finds the users of TCP connections. Reads the kernel's table once at a time, for all requests so far. Frequent
 * connections do not cause more reads.
 */
export class PeerLookups {
  readonly #send: (head: ReaderHead) => void;
  #waiting: RequestOf<'peer'>[] = [];
  #reading = false;

  constructor(send: (head: ReaderHead) => void) {
    this.#send = send;
  }

  take(request: RequestOf<'peer'>): void {
    this.#waiting.push(request);
    if (!this.#reading) void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    while (this.#waiting.length > 0) {
      const requests = this.#waiting;
      this.#waiting = [];
      for (const head of await answers(requests)) this.#send(head);
    }
    this.#reading = false;
  }
}

async function answers(requests: readonly RequestOf<'peer'>[]): Promise<ReaderHead[]> {
  try {
    const uids = await tcpPeerUids(requests);
    return requests.map(({ id }, i) => ({ id, status: 'peer', uid: uids[i] ?? null }));
  } catch (error) {
    const message = `the table of connections cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return requests.map(({ id }) => ({ id, status: 'error', error: 'unreadable', message }));
  }
}
