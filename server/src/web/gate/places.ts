import type { Socket } from 'node:net';
import { apiError, type ApiError } from '../answer/api-error.ts';
import { noteConnection } from './garbage.ts';
import type { Peers } from './peers.ts';

/**
 * Connections whose user is not known yet. A large limit, since above it new connections are closed without a check,
 * whatever their user.
 */
export const MAX_ARRIVING = 4096;
/** Accepted connections. */
const MAX_KEPT = 64;
/** Refused connections (wrong user or no room) that are kept open to send them the reason, and for how long. */
const MAX_REFUSED = 8;
const REFUSED_MS = 1000;

const FULL = apiError(503, 'too_many_connections', `${MAX_KEPT} connections are open already; close some, and try again`);

/**
 * Limits the number of open connections. Each is checked as soon as it exists, before any request, so that refused
 * users cannot keep out others.
 */
export class Places {
  readonly #peers: Peers;
  readonly #refusals = new WeakMap<Socket, Promise<ApiError | null>>();
  #kept = 0;
  #refused = 0;

  constructor(peers: Peers) {
    this.#peers = peers;
  }

  /** Keeps a new connection or closes it, at once or after it has received the reason. */
  take(socket: Socket): Promise<ApiError | null> {
    const refusal = this.#place(socket);
    this.#refusals.set(socket, refusal);
    return refusal;
  }

  /** The reason to refuse this connection, or null. */
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
