import type { ServerMessage } from '@procmap/shared/messages.ts';
import { type WatchState, type WatchStateFacts, watchStateFacts } from '@procmap/shared/watch-states.ts';
import { noteGarbage } from '../../common/garbage.ts';
import { MapVersion } from './map-version.ts';
import { LookPace } from './pace.ts';
import { type ThreadsText, threadsText } from './threads-text.ts';
import { ReaderFault } from '../link/reader-fault.ts';
import type { ReaderAnswer } from '../link/reader-asks.ts';
import type { ReaderLink } from '../link/reader-link.ts';

/** An observer of one process. It pulls the latest version itself, when it is ready for it. */
export interface Watcher {
  /** Looks per second; 0: none now. */
  readonly rateHz: number;
  /** It wants to know of threads. */
  readonly wantsThreads: boolean;
  /** Called when the version, or the time of the last look, changes. */
  onTick(tick: LastLook): void;
  /** `last`: the latest version, for watchers that do not have it yet. */
  onState(state: StateMessage, last: MapVersion | null): void;
  onRate(pid: number, pace: LookPace): void;
  /** Called while the first map takes long, with the number of bytes read. */
  onProgress(pid: number, bytes: number): void;
}

export type StateMessage = Extract<ServerMessage, { type: 'state' }>;

/** The last look: its version and its cost. */
export interface LastLook {
  readonly version: MapVersion;
  /** By performance.now(). */
  readonly lookedAt: number;
  readonly takenAt: number;
  readonly readMs: number;
  readonly bytes: number;
  readonly reads: number;
  /** Threads as last told, if a watcher wants them; null: not read yet. */
  readonly threads: ThreadsText | null;
}

/** After a hang, each attempt may block a thread of the reader, so the interval grows. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** A process that may not be read can become readable (exec, setuid), but rarely does. */
const FORBIDDEN_RETRY_MS = 5000;

const STATE_OF_FAULT: Readonly<Record<ReaderFault['word'], WatchState>> = {
  not_found: 'not_found',
  exited: 'exited',
  no_permission: 'no_permission',
  kernel_thread: 'kernel_thread',
  zombie: 'zombie',
  unreadable: 'stalled',
  too_large: 'too_large',
  // The only possible error in a request is a process id that is too large.
  no_mapping: 'not_found',
  bad_request: 'not_found',
  stalled: 'stalled',
};

/** A poller for one process, shared by all its watchers. It only looks if a watcher wants it. */
export class WatchedProcess {
  readonly pid: number;
  readonly #reader: ReaderLink;
  readonly #pace: LookPace;
  readonly #left: () => void;
  readonly #watchers = new Set<Watcher>();
  #version: MapVersion | null = null;
  #tick: LastLook | null = null;
  #state: StateMessage | null = null;
  #etag: string | null = null;
  #threads: ThreadsText | null = null;
  #sequence = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #lookedAt = -Infinity;
  /** Number of consecutive failed looks, and the time of the last. */
  #failures = 0;
  #failedAt = -Infinity;

  /** `left`: called when nobody watches any more and no look is in progress. `tickPercent`: see LookPace. */
  constructor(pid: number, reader: ReaderLink, left: () => void, tickPercent: number) {
    this.pid = pid;
    this.#left = left;
    this.#pace = new LookPace(tickPercent);
    this.#reader = reader;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** The watcher gets the present version at once, and the next look as soon as the pace allows. */
  add(watcher: Watcher): void {
    this.#watchers.add(watcher);
    this.catchUp(watcher);
  }

  /** Gives a watcher the present version, if it wants it now, and reschedules the next look. */
  catchUp(watcher: Watcher): void {
    if (this.#tick !== null) watcher.onTick(this.#tick);
    // After the map, which alone would look like a live one.
    if (this.#state !== null) watcher.onState(this.#state, this.#version);
    watcher.onRate(this.pid, this.#pace);
    this.schedule();
  }

  remove(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.isWatched) return;
    clearTimeout(this.#timer);
    // A watcher that returns meanwhile waits for the look in progress instead of starting another.
    if (!this.#looking) this.#leave();
  }

  #leave(): void {
    this.#left();
    // Lets the reader free its bytes. A reader that cannot be reached has none.
    this.#reader.ask({ op: 'forget', pid: this.pid }).catch(() => undefined);
  }

  /** Reschedules the next look, after a watcher's rate has changed. */
  schedule(): void {
    clearTimeout(this.#timer);
    const askedHz = this.#askedHz();
    if (this.#looking || askedHz === 0 || this.hasEnded) return;
    // A failed look counts against the rate like any other.
    const paidAt = this.#lookedAt + 1000 / this.#pace.actualHz(askedHz);
    const nextAt = this.#failures > 0 ? Math.max(paidAt, this.#failedAt + this.#retryMs()) : paidAt;
    this.#timer = setTimeout(
      () => {
        void this.#look();
      },
      Math.max(0, nextAt - performance.now()),
    );
  }

  #askedHz(): number {
    let most = 0;
    for (const { rateHz } of this.#watchers) most = Math.max(most, rateHz);
    return most;
  }

  #retryMs(): number {
    return this.#looks === 'rarely' ? FORBIDDEN_RETRY_MS : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
  }

  /** A process without an address space never gets one back; the page keeps its last map. */
  get hasEnded(): boolean {
    return this.#looks === 'never';
  }

  get #looks(): WatchStateFacts['looks'] {
    return watchStateFacts(this.#state?.state ?? 'live').looks;
  }

  async #look(): Promise<void> {
    this.#looking = true;
    this.#lookedAt = performance.now();
    let costMs: number;
    try {
      const answer = await this.#reader.ask({ op: 'map', pid: this.pid, etag: this.#etag, ...this.#threadsAsked() }, (bytes) => {
        // Watchers with a map do not need progress.
        if (this.#version === null) for (const watcher of this.#watchers) watcher.onProgress(this.pid, bytes);
      });
      // Nothing else runs in between, so this CPU time belongs to this tick.
      const before = process.cpuUsage();
      this.#tick = this.#take(answer) ?? this.#tick;
      this.#failures = 0;
      this.#setState('live', '');
      if (this.#tick !== null) for (const watcher of this.#watchers) watcher.onTick(this.#tick);
      const { user, system } = process.cpuUsage(before);
      costMs = answer.head.cpuMs + (user + system) / 1000;
    } catch (error) {
      this.#looking = false;
      this.#fail(error);
      if (!this.isWatched) this.#leave();
      return;
    }
    this.#looking = false;
    this.#pace.note(costMs);
    if (!this.isWatched) this.#leave();
    for (const watcher of this.#watchers) watcher.onRate(this.pid, this.#pace);
    this.schedule();
  }

  #threadsAsked(): { threads?: number } {
    return [...this.#watchers].some(({ wantsThreads }) => wantsThreads) ? { threads: this.#threads?.version ?? 0 } : {};
  }

  /** Makes a tick of an answer. Throws if the answer is not a map. */
  #take({ head, body }: ReaderAnswer<'map'>): LastLook | null {
    const lookedAt = this.#lookedAt;
    if (head.threads !== undefined) this.#threads = threadsText(this.pid, head.threads);
    const threads = this.#threads;
    if (head.status === 'unchanged') {
      const { takenAt, readMs, bytes, reads } = head;
      return this.#version === null ? null : { version: this.#version, lookedAt, takenAt, readMs, bytes, reads, threads };
    }
    const version = MapVersion.ofFrame(body, this.#sequence + 1, this.#version);
    // The chunks of the answer and the previous table are garbage now.
    noteGarbage(body.length);
    const { takenAt, cost } = version.meta;
    this.#etag = head.etag;
    // A new reader remembers nothing, and may send the same map again.
    if (this.#version === null || !version.isSameMap(this.#version)) {
      this.#version = version;
      this.#sequence++;
    }
    return { version: this.#version, lookedAt, takenAt, readMs: cost.readMs, bytes: cost.bytes, reads: cost.reads, threads };
  }

  #fail(error: unknown): void {
    const word = error instanceof ReaderFault ? error.word : 'unreadable';
    if (error instanceof ReaderFault && error.cpuMs > 0) this.#pace.note(error.cpuMs);
    this.#failures++;
    this.#failedAt = performance.now();
    this.#setState(STATE_OF_FAULT[word], error instanceof Error ? error.message : String(error));
    this.schedule();
  }

  #setState(state: WatchState, message: string): void {
    if (this.#state?.state === state && this.#state.message === message) return;
    this.#state = { type: 'state', pid: this.pid, state, message };
    for (const watcher of this.#watchers) watcher.onState(this.#state, this.#version);
  }
}
