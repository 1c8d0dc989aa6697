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
/** Where so many failed in a row, and none has ever lived for LIVES_MS, the next one would, too. */
const MAX_FAILURES = 5;
const LIVES_MS = 5000;
/** What is there so long after SIGKILL is held by the kernel. */
const LINGERS_MS = 1000;
/** Killed ones that are still there: so many, and no other is started before one of them has gone. */
export const MAX_LINGERING = 4;

export interface KeptOptions {
  /** For the log: `the reader`. */
  readonly name: string;
  readonly command: ChildCommand;
  /** Whether to hand over what only root may open (root-files.ts). */
  readonly rootFiles: boolean;
  /** In the place of startChild(), in tests. */
  readonly start?: typeof startChild;
}

/** What the supervisor does about such processes. */
export interface KeptEvents {
  /** With the asking end of each fresh one's stream. */
  readonly started: (stream: Socket) => void;
  /** None could ever be started: there will be no other. */
  readonly failed: (how: string) => void;
  /** So many of those that were killed are still there. */
  readonly lingering: (count: number) => void;
}

/**
 * A process that reads what the kernel may hold it at: started again whenever it ends, until stop(). When it is killed the next one starts at once, since a file system that does not
 * answer keeps it also from dying.
 */
export class KeptChild {
  readonly #options: KeptOptions;
  readonly #events: KeptEvents;
  readonly #restarts = new Restarts(MAX_DEATHS, WITHIN_MS);
  /** Told to die, and not gone yet. */
  readonly #dying = new Set<ChildProcess>();
  /** Of them, those that take long. */
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
    // Of root only: anybody else's reader may open what this process may.
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

  /** Ends it whatever it waits for; a fresh one does not wait for that. */
  kill(reason: string): void {
    const child = this.#child;
    if (child?.pid === undefined) return;
    const { pid } = child;
    const at = openProcFiles(pid);
    this.#dismiss(child);
    this.#startSoon(`${this.#options.name} is killed and restarted`, { reason, pid, at: at.join(' ') });
  }

  /** Another one in its place; one that is to come anyway will do. */
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

  /** None follows. Done when all have ended, or when nothing helps. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const all = [...this.#dying, ...(this.#child === null ? [] : [this.#child])];
    await Promise.all(all.map((child) => killChild(child, this.#options.name)));
  }
}
