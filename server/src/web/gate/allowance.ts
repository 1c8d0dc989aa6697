import type { ClientMessage } from '@procmap/shared/messages.ts';

/** Burst size, and rate per second. A held key repeats 30 times a second. */
export const MAX_SAID = 200;
const PER_SECOND = 50;
/** Cost of messages that cause a read, a start, or a full transfer. */
const COSTLY = 5;
const COSTS: Readonly<Partial<Record<ClientMessage['type'], number>>> = {
  watch: COSTLY,
  processes: COSTLY,
  memory: COSTLY,
  uses: COSTLY,
  objects: COSTLY,
  resync: COSTLY,
  look: COSTLY,
};

/**
 * Rate limit for messages of one stream: as many as a person can cause with any page. Each message costs something,
 * such as a look at a process.
 */
export class Allowance {
  #left = MAX_SAID;
  #at: number;

  /** `now`: from a monotonic clock, in ms. */
  constructor(now: number) {
    this.#at = now;
  }

  /** Returns false if the limit is exceeded. */
  take(type: ClientMessage['type'], now: number): boolean {
    this.#left = Math.min(MAX_SAID, this.#left + ((now - this.#at) * PER_SECOND) / 1000);
    this.#at = now;
    this.#left -= COSTS[type] ?? 1;
    return this.#left >= 0;
  }
}
