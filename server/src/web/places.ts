import type { Socket } from 'node:net';
import { noteConnection } from './garbage.ts';
import type { Peers } from './peers.ts';

/** Connections of which it is not known yet whose they are. Many, since at this number the next one is ended unseen, whoever's it is. */
export const MOST_ARRIVING = 4096;
/** Those of who may ask. */
const MOST_KEPT = 64;
/** Those of who may not, or of whom nothing can be said, and for how long: so many hear why. */
const MOST_REFUSED = 8;
const REFUSED_MS = 1000;

/** How many connections stay open. Each is looked at as soon as it is there, whatever comes over it: who may not ask keeps out nobody who may. */
export class Places {
  readonly #peers: Peers;
  #kept = 0;
  #refused = 0;

  constructor(peers: Peers) {
    this.#peers = peers;
  }

  /** Lets a new connection stay, or ends it. */
  async take(socket: Socket): Promise<void> {
    socket.once('close', noteConnection);
    const refusal = await this.#peers.refusal(socket);
    if (socket.destroyed) return;
    if (refusal !== null) this.#takeRefused(socket);
    else if (this.#kept === MOST_KEPT) socket.destroy();
    else {
      this.#kept++;
      socket.once('close', () => this.#kept--);
    }
  }

  #takeRefused(socket: Socket): void {
    if (this.#refused === MOST_REFUSED) {
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
