/**
 * Signs of work of this thread, for whoever watches it from outside (hands/): how often it has read something, and at which process. Without a watcher, as in the command line, they go
 * nowhere.
 */
export const PULSE_CELLS = 3;
const BEATS = 0;
const PID = 1;
const TID = 2;

let pulse: Int32Array | null = null;

/** `shared`: PULSE_CELLS of a SharedArrayBuffer, which the watcher reads by {@link readPulse}. `tid`: of this thread. */
export function setPulse(shared: Int32Array, tid: number): void {
  pulse = shared;
  Atomics.store(shared, TID, tid);
}

/** Something is about to be read, or has been. */
export function beat(): void {
  if (pulse !== null) Atomics.add(pulse, BEATS, 1);
}

/** What is read from here on is of that process; 0: of none. */
export function beatFor(pid: number): void {
  if (pulse === null) return;
  Atomics.store(pulse, PID, pid);
  Atomics.add(pulse, BEATS, 1);
}

export interface Pulse {
  readonly beats: number;
  readonly pid: number;
  /** 0: the thread has not said it yet. */
  readonly tid: number;
}

export function readPulse(shared: Int32Array): Pulse {
  return { beats: Atomics.load(shared, BEATS), pid: Atomics.load(shared, PID), tid: Atomics.load(shared, TID) };
}
