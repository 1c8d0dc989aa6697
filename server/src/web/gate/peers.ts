import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { apiError, type ApiError } from '../answer/api-error.ts';
import type { ReaderLink } from '../link/reader-link.ts';

const ROOT_UID = 0;

/**
 * Whose programs may ask at all, whatever they know: a key that was stolen is of no use to another user of this machine. The reader looks the other
 * end of a connection up in the kernel's table of TCP sockets, once for each connection.
 */
export class Peers {
  readonly #reader: ReaderLink;
  readonly #uids: Set<number> | null;
  readonly #refusals = new WeakMap<Socket, Promise<ApiError | null>>();

  /** `uids`: root is always among them, who could read this memory too. null: anybody's. */
  constructor(reader: ReaderLink, uids: readonly number[] | null) {
    this.#reader = reader;
    this.#uids = uids === null ? null : new Set([ROOT_UID, ...uids]);
  }

  /** One more, for whom root asked for a link. */
  admit(uid: number): void {
    this.#uids?.add(uid);
  }

  /** Over this connection anybody may ask: it came in where the kernel itself has checked who may. */
  vouchFor(socket: Socket): void {
    this.#refusals.set(socket, Promise.resolve(null));
  }

  /** Why what comes over this connection is not answered, or null. */
  refusal(socket: Socket): Promise<ApiError | null> {
    if (this.#uids === null) return Promise.resolve(null);
    let refusal = this.#refusals.get(socket);
    if (refusal === undefined) this.#refusals.set(socket, (refusal = this.#look(socket, this.#uids)));
    return refusal;
  }

  async #look(socket: Socket, uids: ReadonlySet<number>): Promise<ApiError | null> {
    const { localAddress, localPort, remoteAddress, remotePort } = socket;
    if (localAddress === undefined || localPort === undefined || remoteAddress === undefined || remotePort === undefined) return UNKNOWN;
    const ask = { op: 'peer', own: { address: localAddress, port: localPort }, peer: { address: remoteAddress, port: remotePort } } as const;
    // Who has gone again by then need not be looked for.
    await setImmediate();
    let uid: number | null = null;
    try {
      // Once more: a row may be missed while others come and go. Of one that has ended nothing is known, and so it is not another machine's.
      for (let tries = 0; uid === null && tries < 2; tries++) {
        if (socket.destroyed) return UNKNOWN;
        uid = (await this.#reader.ask(ask)).head.uid;
      }
    } catch {
      this.#refusals.delete(socket);
      return READER_DOWN;
    }
    // Of another machine, to which --host has opened it, nothing is known; but both ends at one address are on this one.
    if (uid === null) return isLoopback(remoteAddress) || remoteAddress === localAddress || socket.readableEnded ? UNKNOWN : null;
    return uids.has(uid)
      ? null
      : { ...apiError(403, 'wrong_user', `procmap does not accept connections from user ${uid}; start it with --peer-uid=${uid} to accept them`), uid };
  }
}

const UNKNOWN = apiError(503, 'unknown_peer', 'procmap cannot tell which user this connection comes from; try again');
const READER_DOWN = apiError(503, 'reader_down', 'the reader does not answer, so procmap cannot tell which user this connection comes from; try again');

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./i.test(address);
}
