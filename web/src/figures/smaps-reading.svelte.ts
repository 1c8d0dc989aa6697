import { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { asSentence } from '../net/sentence.ts';
import { apiGet, errorSentence } from '../net/session.ts';
import { type SmapsAnswer, SmapsText } from '../net/smaps-text.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** What takes longer is shown to be under way. */
const SLOW_MS = 300;

/** Map and figures are read anew until they fit, where a process changes its map: so often at most, and only where a reading costs less. */
const MAX_TRIES = 4;
const CHEAP_MS = 250;

/** What each mapping of the watched process has in memory, read when somebody asks for it: the kernel walks all page tables, and the process's own page faults wait meanwhile. */
export class SmapsReading {
  readonly #watch: Watch;
  readonly #key: () => string;
  readonly #lookAgain: () => Promise<void>;
  readonly #paused: () => boolean;
  #answer = $state.raw<SmapsAnswer | null>(null);
  #problem = $state.raw('');
  /** Rows so far; null: nothing is being read. */
  #rows = $state.raw<number | null>(null);
  #slow = $state.raw(false);
  /** The daemon leaves the process in peace for so long. */
  #waiting = $state.raw(false);
  #left: AbortController | null = null;
  #running: Promise<void> | null = null;

  /** `lookAgain` has the daemon look at the map of a process whose page is paused, and is done when that is there; `paused`: the page still is. */
  constructor(watch: Watch, key: () => string, lookAgain: () => Promise<void>, paused: () => boolean) {
    this.#watch = watch;
    this.#key = key;
    this.#lookAgain = lookAgain;
    this.#paused = paused;
  }

  /** null: nobody has read them. */
  get table(): MappingFigures | null {
    return this.#answer?.figures ?? null;
  }
  get answer(): SmapsAnswer | null {
    return this.#answer;
  }
  /** How many mappings of the map of the moment have changed since; 0 where nothing was read. */
  readonly changed: number = $derived.by(() => {
    const { intervals } = this.#watch;
    return intervals === null || this.table === null ? 0 : JoinedFigures.of(intervals, this.table).changed;
  });
  /** How much older the figures are than the last look at the map, in ms; below 0: they are newer. */
  readonly olderMs: number = $derived.by(() => (this.#watch.lastRead?.takenAt ?? 0) - (this.#answer?.takenAt ?? 0));
  get reading(): boolean {
    return this.#rows !== null;
  }
  /** It takes long enough to be told. */
  get slow(): boolean {
    return this.#slow;
  }
  get waiting(): boolean {
    return this.#waiting;
  }
  /** Why there are none, or none that are newer: a sentence, or ''. */
  get problem(): string {
    return this.#problem;
  }
  /** What part of all mappings is read, in [0, 1]. */
  get share(): number {
    return Math.min(1, (this.#rows ?? 0) / Math.max(1, this.#watch.summary?.mappings ?? 0));
  }

  /** Reads them, once more if they are there. While it is under way it is not begun again. Done when they are there, or cannot be had. */
  read(): Promise<void> {
    const { pid } = this.#watch;
    if (pid === null) return Promise.resolve();
    return (this.#running ??= this.#read(pid));
  }

  async #read(pid: number): Promise<void> {
    const left = new AbortController();
    this.#left = left;
    this.#rows = 0;
    this.#problem = '';
    const timer = setTimeout(() => (this.#slow = true), SLOW_MS);
    try {
      const response = await this.#ask(`/api/processes/${pid}/smaps`, left.signal);
      if (!response.ok) throw new Problem(await errorSentence(response));
      const answer = await this.#take(response, left.signal);
      if ('problem' in answer) throw new Problem(asSentence(answer.problem));
      if (this.#left === left) this.#answer = answer;
    } catch (error) {
      if (this.#left !== left) return;
      this.#problem = error instanceof Problem ? error.message : 'The daemon did not answer. Wait for the connection to come back, then read again.';
    } finally {
      clearTimeout(timer);
      if (this.#left === left) this.#end();
    }
  }

  /** Reads them and then the map, which stays after that: both of one moment. What is being read already is waited for. */
  async readWithMap(): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = this.#answer;
      await this.read();
      const answer = this.#answer;
      if (answer === null || answer === before || !this.#paused()) return;
      await this.#lookAgain();
      if (this.#answer !== answer || this.changed === 0 || answer.cost.ms > CHEAP_MS || !this.#paused()) return;
    }
  }

  /** What was read before stays. */
  cancel(): void {
    this.#left?.abort();
    this.#end();
  }

  /** Another process is watched. */
  clear(): void {
    this.cancel();
    this.#answer = null;
    this.#problem = '';
  }

  #end(): void {
    this.#left = null;
    this.#running = null;
    this.#rows = null;
    this.#slow = false;
    this.#waiting = false;
  }

  /** Asks until the process's rest is over. */
  async #ask(path: string, signal: AbortSignal): Promise<Response> {
    for (;;) {
      const response = await apiGet(path, this.#key(), signal);
      if (response.status !== 429) return response;
      this.#waiting = true;
      await sleep(1000 * Math.max(1, Number(response.headers.get('retry-after')) || 1), signal);
      this.#waiting = false;
    }
  }

  async #take(response: Response, signal: AbortSignal): Promise<ReturnType<SmapsText['finish']>> {
    const text = new SmapsText();
    const pieces = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const piece = await pieces?.read();
      if (piece?.value === undefined) return text.finish();
      text.push(piece.value);
      if (!signal.aborted) this.#rows = text.rows;
    }
  }
}

/** In the daemon's words. */
class Problem extends Error {}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('called off'));
    });
  });
}
