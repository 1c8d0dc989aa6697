import { type Pulse, readPulse } from '../../common/beat.ts';
import { type ThreadTime, threadTime } from './thread-time.ts';

/** How often to look. */
export const LOOK_MS = 100;
/** So many looks without a sign of work: a second that this thread lived through itself. Where the machine stands still it does, too, and no look is made. */
const PATIENCE = 10;
/** For one that has to come up first, on a machine that may be busy. */
const START = 100;
/** From here on its time is looked at as well, which takes longer than the pulse. */
const SUSPECT = 5;

/**
 * Tells a thread that the kernel holds from one that works: it neither reads something more, nor uses a processor, nor waits for one. To walk the page tables of a terabyte takes seconds
 * in a single read(2), but these are seconds of a processor.
 */
export class HandWatch {
  readonly #shared: Int32Array;
  readonly #timeOf: (tid: number) => ThreadTime | null;
  #beats = 0;
  #ticks = -1;
  #silent = 0;
  #isUp = false;

  constructor(shared: Int32Array, timeOf: (tid: number) => ThreadTime | null = threadTime) {
    this.#shared = shared;
    this.#timeOf = timeOf;
  }

  /** Counts from now on. */
  begin(): void {
    this.#beats = this.pulse.beats;
    this.#ticks = -1;
    this.#silent = 0;
  }

  get pulse(): Pulse {
    return readPulse(this.#shared);
  }

  /** To be called every LOOK_MS while it has work; true: it is held. `patience`: looks without a sign of work. */
  look(patience = PATIENCE): boolean {
    const { beats, tid } = this.pulse;
    if (beats !== this.#beats) {
      this.#beats = beats;
      this.#silent = 0;
      return false;
    }
    this.#silent++;
    if (tid === 0) return this.#silent >= START;
    if (!this.#isUp) {
      this.#isUp = true;
      this.#silent = 1;
    }
    if (this.#silent < Math.min(SUSPECT, patience)) return false;
    const time = this.#timeOf(tid);
    if (time !== null && (time.runs || (this.#ticks >= 0 && time.ticks > this.#ticks))) {
      this.#ticks = time.ticks;
      this.#silent = 0;
      return false;
    }
    if (time !== null) this.#ticks = time.ticks;
    return this.#silent >= patience;
  }
}
