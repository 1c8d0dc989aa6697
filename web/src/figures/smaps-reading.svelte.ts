import { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { asSentence } from '@procmap/shared/text/sentence.ts';
import { patientGet } from '../net/patient-get.ts';
import { errorSentence } from '../net/session.ts';
import { type SmapsAnswer, SmapsText } from '../net/smaps-text.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** A longer read shows its progress. */
const SLOW_MS = 300;

/**
 * If the process changes its map, map and figures are read again until they match: at most this often, and only if a
 * read is quick.
 */
const MAX_TRIES = 4;
const CHEAP_MS = 250;

/**
 * Memory figures of each mapping of the watched process, read on demand: the kernel walks all page tables, and page
 * faults of the process have to wait meanwhile.
 */
export class SmapsReading {
  readonly #watch: Watch;
  readonly #key: () => string;
  readonly #lookAgain: () => Promise<void>;
  readonly #paused: () => boolean;
  #answer = $state.raw<SmapsAnswer | null>(null);
  #problem = $state.raw('');
  /** Rows read so far; null: no read is under way. */
  #rows = $state.raw<number | null>(null);
  #slow = $state.raw(false);
  /** The daemon lets the process rest before the next read. */
  #waiting = $state.raw(false);
  #left: AbortController | null = null;
  #running: Promise<void> | null = null;

  /**
   * `lookAgain` makes the daemon look at the map of a paused process, and resolves when that look is there; `paused`:
   * whether the page still is.
   */
  constructor(watch: Watch, key: () => string, lookAgain: () => Promise<void>, paused: () => boolean) {
    this.#watch = watch;
    this.#key = key;
    this.#lookAgain = lookAgain;
    this.#paused = paused;
  }

  /** null: not read yet. */
  get table(): MappingFigures | null {
    return this.#answer?.figures ?? null;
  }
  get answer(): SmapsAnswer | null {
    return this.#answer;
  }
  /** Number of mappings that changed since the figures were read; 0 without figures. */
  readonly changed: number = $derived.by(() => {
    const { intervals } = this.#watch;
    return intervals === null || this.table === null ? 0 : JoinedFigures.of(intervals, this.table).changed;
  });
  /** Age of the figures relative to the last look at the map, in ms; negative: they are newer. */
  readonly olderMs: number = $derived.by(() => (this.#watch.lastRead?.takenAt ?? 0) - (this.#answer?.takenAt ?? 0));
  get reading(): boolean {
    return this.#rows !== null;
  }
  /** The read takes long enough to show it. */
  get slow(): boolean {
    return this.#slow;
  }
  get waiting(): boolean {
    return this.#waiting;
  }
  /** Why there are no figures, or no newer ones: a sentence, or ''. */
  get problem(): string {
    return this.#problem;
  }
  /** Share of the mappings read so far, in [0, 1]. */
  get share(): number {
    return Math.min(1, (this.#rows ?? 0) / Math.max(1, this.#watch.summary?.mappings ?? 0));
  }

  /**
   * Reads the figures, again if they are there; does not start a second read at the same time. Resolves when they are
   * there, or cannot be read.
   */
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
      const response = await patientGet(`/api/processes/${pid}/smaps`, this.#key(), left.signal, (waiting) => (this.#waiting = waiting));
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

  /**
   * Reads the figures and then the map, which stays after that, so that both are of one moment. Waits for a read under
   * way.
   */
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

  /** Keeps the previous figures. */
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

/** Its message is the daemon's. */
class Problem extends Error {}
