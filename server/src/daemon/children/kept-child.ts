import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { killChild, startChild } from './child.ts';
import { openProcFiles } from './hung.ts';
import type { ChildCommand } from './launch.ts';
import { log } from '../../common/log.ts';
import { HandedRootFiles } from './root-files.ts';
import { Restarts } from '../../common/restarts.ts';

const MAX_DEATHS = 10;
const WITHIN_MS = 10_000;
const BACKOFF_MS = 2000;
const STREAM = 3;
/** After this many failures in a row, if none ever ran for LIVES_MS, the next start would fail too. */
const MAX_FAILURES = 5;
const LIVES_MS = 5000;
/** A process that still exists this long after SIGKILL is held by the kernel. */
const LINGERS_MS = 1000;
/** Maximum number of killed processes that still exist; above it, no new one is started. */
export const MAX_LINGERING = 4;

interface KeptOptions {
  /** For the log, for example `the reader`. */
  readonly name: string;
  readonly command: ChildCommand;
  /** Hand over files that only root may open (root-files.ts). */
  readonly rootFiles: boolean;
  /** Replaces startChild() in tests. */
  readonly start?: typeof startChild;
}

/** Callbacks of the supervisor. */
interface KeptEvents {
  /** Called with our end of the stream of each new process. */
  readonly started: (stream: Socket) => void;
  /** No process ever ran; none will be started again. */
  readonly failed: (how: string) => void;
  /** Called with the number of killed processes that still exist. */
  readonly lingering: (count: number) => void;
}

/**
 * A child process that the kernel may hold during a read. It is restarted whenever it ends, until stop(). After a kill
 * the next one starts at once: an unresponsive file system also keeps the old one from dying.
 */
export class KeptChild {
  readonly #options: KeptOptions;
  readonly #events: KeptEvents;
  readonly #restarts = new Restarts(MAX_DEATHS, WITHIN_MS);
  /** Killed, but still there. */
  readonly #dying = new Set<ChildProcess>();
  /** How many of them take long to die. */
  #lingering = 0;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #startedAtMs = 0;
  #hasLived = false;
  #failures = 0;

  constructor(options: KeptOptions, events: KeptEvents) {
    this.#options = options;
    this.#events = events;
  }

  start(): void {
    const { command, rootFiles, start = startChild } = this.#options;
    // Only for root: a reader of any other user may open the same files as this process.
    const files = rootFiles ? new HandedRootFiles() : null;
    const child = start(command, ['ignore', 'ignore', 'inherit', 'pipe', ...(files?.stdio ?? [])], (how, failed) => {
      if (child === this.#child) this.#ended(how, failed);
      else this.#gone(child);
    });
    this.#child = child;
    this.#startedAtMs = performance.now();
    files?.handOver(child);
    const stream = (child.stdio as readonly unknown[] | undefined)?.[STREAM] as Socket | null | undefined;
    if (stream) this.#events.started(stream);
  }

  #ended(how: string, failed: boolean): void {
    this.#child = null;
    if (this.#stopped) return;
    this.#noteLife();
    if (failed && !this.#hasLived && ++this.#failures >= MAX_FAILURES) {
      this.#events.failed(how);
      return;
    }
    this.#startSoon(`${this.#options.name} ended and is restarted`, { how });
  }

  #noteLife(): void {
    this.#hasLived ||= performance.now() - this.#startedAtMs >= LIVES_MS;
  }

  #startSoon(message: string, fields: Readonly<Record<string, unknown>>): void {
    const wait = this.#restarts.tooMany(performance.now()) ? BACKOFF_MS : 0;
    log('warn', message, { ...fields, after_ms: wait });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#startIfRoom();
    }, wait);
  }

  #startIfRoom(): void {
    if (this.#stopped || this.#child !== null) return;
    if (this.#dying.size < MAX_LINGERING) this.start();
    else
      log('error', `${this.#options.name} is not restarted: the kernel still holds earlier ones that were killed`, {
        count: this.#dying.size,
      });
  }

  /** Kills it, whatever it waits for. The next one starts without waiting for its death. */
  kill(reason: string): void {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const { pid } = child;
    const at = openProcFiles(pid);
    this.#dismiss(child);
    this.#startSoon(`${this.#options.name} is killed and restarted`, { reason, pid, at: at.join(' ') });
  }

  /** Replaces the process, unless a new one is already scheduled. */
  renew(): void {
    const child = this.#child;
    if (child === null) return;
    this.#dismiss(child);
    this.#startIfRoom();
  }

  #dismiss(child: ChildProcess): void {
    this.#child = null;
    this.#noteLife();
    this.#dying.add(child);
    child.kill('SIGKILL');
    setTimeout(() => {
      if (this.#dying.has(child)) this.#tellLingering();
    }, LINGERS_MS).unref();
  }

  #gone(child: ChildProcess): void {
    this.#dying.delete(child);
    if (this.#lingering > 0) this.#tellLingering();
    if (!this.#stopped && this.#timer === undefined) this.#startIfRoom();
  }

  #tellLingering(): void {
    this.#lingering = this.#dying.size;
    if (this.#lingering > 0) log('error', `${this.#options.name} was killed, but the kernel still holds it`, { count: this.#lingering });
    this.#events.lingering(this.#lingering);
  }

  /** Ends it for good. Resolves when all processes have ended, or when that has proved impossible. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const all = [...this.#dying, ...(this.#child === null ? [] : [this.#child])];
    await Promise.all(all.map((child) => killChild(child, this.#options.name)));
  }
}
