import type { Socket } from 'node:net';
import { apiError, type ApiError } from '../answer/api-error.ts';
import { noteConnection } from './garbage.ts';
import type { Peers } from './peers.ts';

/** Connections of which it is not known yet whose they are. Many, since at this number the next one is ended unseen, whoever's it is. */
export const MAX_ARRIVING = 4096;
/** Those of who may ask. */
const MAX_KEPT = 64;
/** Those that are turned away, because of whose they are or because there is no room, and for how long: so many hear why. */
const MAX_REFUSED = 8;
const REFUSED_MS = 1000;

const FULL = apiError(503, 'too_many_connections', `${MAX_KEPT} connections are open already; close some, and try again`);

/** How many connections stay open. Each is looked at as soon as it is there, whatever comes over it: who may not ask keeps out nobody who may. */
export class Places {
  readonly #peers: Peers;
  readonly #refusals = new WeakMap<Socket, Promise<ApiError | null>>();
  #kept = 0;
  #refused = 0;

  constructor(peers: Peers) {
    this.#peers = peers;
  }

  /** Lets a new connection stay, or ends it, at once or when it has heard why. */
  take(socket: Socket): Promise<ApiError | null> {
    const refusal = this.#place(socket);
    this.#refusals.set(socket, refusal);
    return refusal;
  }

  /** Why what comes over this connection is not answered, or null. */
  refusal(socket: Socket): Promise<ApiError | null> {
    return this.#refusals.get(socket) ?? this.take(socket);
  }

  async #place(socket: Socket): Promise<ApiError | null> {
    socket.once('close', noteConnection);
    const refusal = (await this.#peers.refusal(socket)) ?? (this.#kept < MAX_KEPT ? null : FULL);
    if (socket.destroyed) return refusal;
    if (refusal !== null) this.#takeRefused(socket);
    else {
      this.#kept++;
      socket.once('close', () => this.#kept--);
    }
    return refusal;
  }

  #takeRefused(socket: Socket): void {
    if (this.#refused === MAX_REFUSED) {
      socket.destroy();
      return;
    }
    this.#refused++;
    const timer = setTimeout(() => socket.destroy(), REFUSED_MS);
    socket.once('close', () => {
      this.#refused--;
      clearTimeout(timer);
    });
  }
}
