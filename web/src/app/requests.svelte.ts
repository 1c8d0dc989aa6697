import type { ClientMessage } from '@procmap/shared/messages.ts';
import { Interest } from '../live/interest.ts';
import type { Settings } from '../live/settings.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** The pointer crosses the diagram, which hides the figures meanwhile: asked for anew each time, the kernel would walk the page tables each time. */
const MEMORY_LINGER_MS = 3000;

/** What this page asks the daemon for: a process, at a rate or paused, the list of processes, memory figures. A fresh stream is told all of it again. */
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

  /** Asks for the process that the page turned to. */
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

  /** Says all of it to a stream that knows nothing yet. */
  repeat(): void {
    const hidden = document.visibilityState === 'hidden';
    // What has ended stays as it is: asking again would only say that there is no such process.
    if (this.#watch.pid !== null && this.#watch.phase !== 'exited') {
      this.process();
      if (this.#paused || hidden) this.#send({ type: 'pause' });
    }
    // The map comes before the list: it is what one waits for.
    if (this.#list.on && !hidden) this.#send({ type: 'processes', on: true });
    if (this.#memory.on) this.#send({ type: 'memory', on: true });
  }
}
