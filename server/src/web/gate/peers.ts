import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { apiError, type ApiError } from '../answer/api-error.ts';
import type { ReaderLink } from '../link/reader-link.ts';

const ROOT_UID = 0;

/**
 * Decides which users may connect at all: a stolen key is useless to another user of this machine. The reader looks up
 * the other end of a connection in the kernel's table of TCP sockets, once per connection.
 */
export class Peers {
  readonly #reader: ReaderLink;
  readonly #uids: Set<number> | null;
  readonly #refusals = new WeakMap<Socket, Promise<ApiError | null>>();

  /** `uids`: root is always included, since it can read this memory anyway. null: every user. */
  constructor(reader: ReaderLink, uids: readonly number[] | null) {
    this.#reader = reader;
    this.#uids = uids === null ? null : new Set([ROOT_UID, ...uids]);
  }

  /** Accepts one more user, for whom root requested a link. */
  admit(uid: number): void {
    this.#uids?.add(uid);
  }

  /** Accepts this connection: it came over a socket whose access the kernel has checked. */
  vouchFor(socket: Socket): void {
    this.#refusals.set(socket, Promise.resolve(null));
  }

  /** The reason to refuse this connection, or null. */
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
    // Skips the lookup if the connection has been closed by then.
    await setImmediate();
    let uid: number | null = null;
    try {
      // Tries twice, since a row may be missed while others come and go. A closed connection has no row, but must not
      // count as one from another machine.
      for (let tries = 0; uid === null && tries < 2; tries++) {
        if (socket.destroyed) return UNKNOWN;
        uid = (await this.#reader.ask(ask)).head.uid;
      }
    } catch {
      this.#refusals.delete(socket);
      return READER_DOWN;
    }
    // No row: the other end is on another machine, which --host has let in. But if both ends have the same address,
    // they are on this one.
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
