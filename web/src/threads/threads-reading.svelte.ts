import { patientGet } from '../net/patient-get.ts';
import { errorSentence } from '../net/session.ts';
import type { Watch } from '../live/watch.svelte.ts';
import { type Thread, threadsOf } from './threads-answer.ts';

/** A longer read shows its progress. */
const SLOW_MS = 300;

/** One read of the threads. */
export interface ThreadsLook {
  readonly threads: readonly Thread[];
  /** Unix time at which the answer was there. */
  readonly takenAt: number;
  /** From request to answer. */
  readonly ms: number;
}

/** The threads of the watched process and their stacks, read on demand. */
export class ThreadsReading {
  readonly #watch: Watch;
  readonly #key: () => string;
  #look = $state.raw<ThreadsLook | null>(null);
  #problem = $state.raw('');
  #slow = $state.raw(false);
  /** The daemon lets the process rest before the next read. */
  #waiting = $state.raw(false);
  #left = $state.raw<AbortController | null>(null);

  constructor(watch: Watch, key: () => string) {
    this.#watch = watch;
    this.#key = key;
  }

  /** null: not read yet. */
  get look(): ThreadsLook | null {
    return this.#look;
  }
  /** Why there are no threads, or no newer ones: a sentence, or ''. */
  get problem(): string {
    return this.#problem;
  }
  get reading(): boolean {
    return this.#left !== null;
  }
  /** The read takes long enough to show it. */
  get slow(): boolean {
    return this.#slow;
  }
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Reads them, again if they are there; does not start a second read at the same time. */
  async read(): Promise<void> {
    const { pid } = this.#watch;
    if (pid === null || this.#left !== null) return;
    const left = new AbortController();
    this.#left = left;
    this.#problem = '';
    const timer = setTimeout(() => (this.#slow = true), SLOW_MS);
    const began = performance.now();
    let problem = '';
    let threads: readonly Thread[] | null = null;
    try {
      const response = await patientGet(`/api/processes/${pid}/threads?figures=yes`, this.#key(), left.signal, (waiting) => (this.#waiting = waiting));
      if (!response.ok) problem = await errorSentence(response);
      else {
        threads = threadsOf(await response.json());
        if (threads === null) problem = 'The daemon and this page are of different versions. Reload the page.';
      }
    } catch {
      problem = 'The daemon did not answer. Wait for the connection to come back, then read again.';
    }
    clearTimeout(timer);
    // Cancelled, or another process is watched.
    if (this.#left !== left) return;
    this.#end();
    this.#problem = problem;
    if (threads !== null) this.#look = { threads, takenAt: Date.now(), ms: performance.now() - began };
  }

  /** Keeps the previous threads. */
  cancel(): void {
    this.#left?.abort();
    this.#end();
  }

  /** Another process is watched. */
  clear(): void {
    this.cancel();
    this.#look = null;
    this.#problem = '';
  }

  #end(): void {
    this.#left = null;
    this.#slow = false;
    this.#waiting = false;
  }
}
