import type { ClientMessage } from '@procmap/shared/messages.ts';

/** What may be said at once, and in each second from then on. A held key repeats 30 times a second. */
export const MAX_SAID = 200;
const PER_SECOND = 50;
/** Of what has something read, begun or sent whole. */
const COSTLY = 5;
const COSTS: Readonly<Partial<Record<ClientMessage['type'], number>>> = { watch: COSTLY, processes: COSTLY, memory: COSTLY, resync: COSTLY, look: COSTLY };

/** How much a stream may say: as much as a person can, with whatever page. Each message costs something, a look at a process for example. */
export class Allowance {
  #left = MAX_SAID;
  #at: number;

  /** `now`: of a clock that nobody sets, in ms. */
  constructor(now: number) {
    this.#at = now;
  }

  /** False: that is too much. */
  take(type: ClientMessage['type'], now: number): boolean {
    this.#left = Math.min(MAX_SAID, this.#left + ((now - this.#at) * PER_SECOND) / 1000);
    this.#at = now;
    this.#left -= COSTS[type] ?? 1;
    return this.#left >= 0;
  }
}
