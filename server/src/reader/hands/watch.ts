import { type Pulse, readPulse } from '../../common/beat.ts';
import { type ThreadTime, threadTime } from './thread-time.ts';

/** Time between two looks. */
export const LOOK_MS = 100;
/**
 * Looks without progress before a thread counts as blocked: one second of this process's own running time. On a
 * suspended machine no looks are made.
 */
const PATIENCE = 10;
/** For a thread that is still starting, on a machine that may be busy. */
const START = 100;
/** From this look on the CPU time is checked too, which takes longer than the pulse. */
const SUSPECT = 5;

/**
 * Tells a thread that the kernel holds from a busy one. A held thread starts no new read, uses no CPU and does not wait
 * for one. Walking the page tables of a terabyte takes seconds in a single read(2), but those are seconds of CPU time.
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

  /** Starts counting anew. */
  begin(): void {
    this.#beats = this.pulse.beats;
    this.#ticks = -1;
    this.#silent = 0;
  }

  get pulse(): Pulse {
    return readPulse(this.#shared);
  }

  /** Call every LOOK_MS while the thread has work; returns true if it is held. `patience`: looks without progress. */
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
