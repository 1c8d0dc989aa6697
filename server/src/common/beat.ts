/**
 * Heartbeat of this thread for a watchdog in another thread (reader/hands/): how many reads it has made, and of which
 * process. Without a watchdog, as in the command line, the heartbeat is discarded.
 */
export const PULSE_CELLS = 3;
const BEATS = 0;
const PID = 1;
const TID = 2;

let pulse: Int32Array | null = null;

/**
 * `shared`: PULSE_CELLS of a SharedArrayBuffer, which the watchdog reads with {@link readPulse}. `tid`: this thread's
 * id.
 */
export function setPulse(shared: Int32Array, tid: number): void {
  pulse = shared;
  Atomics.store(shared, TID, tid);
}

/** Call before and after each read. */
export function beat(): void {
  if (pulse !== null) Atomics.add(pulse, BEATS, 1);
}

/** Attributes the next reads to this process; 0: to none. */
export function beatFor(pid: number): void {
  if (pulse === null) return;
  Atomics.store(pulse, PID, pid);
  Atomics.add(pulse, BEATS, 1);
}

export interface Pulse {
  readonly beats: number;
  readonly pid: number;
  /** 0: the thread has not reported its id yet. */
  readonly tid: number;
}

export function readPulse(shared: Int32Array): Pulse {
  return { beats: Atomics.load(shared, BEATS), pid: Atomics.load(shared, PID), tid: Atomics.load(shared, TID) };
}
