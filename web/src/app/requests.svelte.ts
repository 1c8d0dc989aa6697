import type { ClientMessage } from '@procmap/shared/messages.ts';
import { Interest } from '../live/interest.ts';
import type { Settings } from '../live/settings.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';

/**
 * The pointer crosses the diagram, which hides the figures for a moment: without this delay, each crossing would make
 * the kernel walk the page tables.
 */
const MEMORY_LINGER_MS = 3000;

/**
 * Requests of this page to the daemon: a process, at a rate or paused, the list of processes, memory figures. All are
 * repeated on a new stream.
 */
export class Requests {
  readonly #send: (message: ClientMessage) => void;
  readonly #watch: Watch;
  readonly #settings: Settings;
  #paused = $state.raw(false);
  /** The list of processes. */
  readonly #list = new Interest((on) => this.#send({ type: 'processes', on }), 0);
  /** The memory figures of the watched process. */
  readonly #memory = new Interest((on) => this.#send({ type: 'memory', on }), MEMORY_LINGER_MS);

  constructor(send: (message: ClientMessage) => void, watch: Watch, settings: Settings) {
    this.#send = send;
    this.#watch = watch;
    this.#settings = settings;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Requests the process that the page shows now. */
  process(): void {
    const { pid } = this.#watch;
    if (pid === null) this.#send({ type: 'unwatch' });
    else this.#send({ type: 'watch', pid, rateHz: this.#settings.rateHz });
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#send({ type: paused ? 'pause' : 'resume' });
  }

  setRate(rateHz: number): void {
    if (this.#watch.pid !== null) this.#send({ type: 'rate', rateHz });
  }

  wantList(): () => void {
    return this.#list.want();
  }

  wantMemory(): () => void {
    return this.#memory.want();
  }

  setVisible(visible: boolean): void {
    if (this.#list.on) this.#send({ type: 'processes', on: visible });
    if (this.#watch.pid !== null && !this.#paused) this.#send({ type: visible ? 'resume' : 'pause' });
  }

  /** Repeats all requests on a new stream. */
  repeat(): void {
    const hidden = document.visibilityState === 'hidden';
    // An ended process stays on the page as it is: the daemon would only say that it does not exist.
    if (this.#watch.pid !== null && this.#watch.phase !== 'exited') {
      this.process();
      if (this.#paused || hidden) this.#send({ type: 'pause' });
    }
    this.#send({ type: 'uses', on: true });
    // The map is requested before the list, since the user waits for it.
    if (this.#list.on && !hidden) this.#send({ type: 'processes', on: true });
    if (this.#memory.on) this.#send({ type: 'memory', on: true });
  }
}
