import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { killChild, startChild } from './child.ts';
import type { ReaderPlan } from './confinement-plan.ts';
import { openProcFiles, pidsOfCmdlines } from './hung.ts';
import { type Entries, readerCommand } from './launch.ts';
import { log } from './log.ts';
import { RootFiles } from './root-files.ts';
import { Restarts } from './restarts.ts';

const MOST_DEATHS = 10;
const WITHIN_MS = 10_000;
const BACKOFF_MS = 2000;
const STREAM = 3;
/** Where so many failed in a row, and none has ever lived for LIVES_MS, the next one would, too. */
const MOST_FAILURES = 5;
const LIVES_MS = 2000;
/** A process that kept its command line from a reader keeps it for long; but not for ever. */
const AVOID_MS = 60_000;

/** What the supervisor does about readers. */
export interface ReaderEvents {
  /** With the asking end of each fresh reader's stream. */
  readonly started: (stream: Socket) => void;
  /** None could ever be started: there will be no other. */
  readonly failed: (how: string) => void;
}

/** The reader: started again whenever it ends, until stop(). */
export class ReaderChild {
  readonly #entries: Entries;
  readonly #root: boolean;
  readonly #plan: ReaderPlan;
  readonly #events: ReaderEvents;
  readonly #restarts = new Restarts(MOST_DEATHS, WITHIN_MS);
  readonly #avoidUntil = new Map<number, number>();
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #startedAtMs = 0;
  #hasLived = false;
  #failures = 0;

  constructor(entries: Entries, plan: ReaderPlan, root: boolean, events: ReaderEvents) {
    this.#entries = entries;
    this.#root = root;
    this.#plan = plan;
    this.#events = events;
  }

  start(): void {
    const now = Date.now();
    for (const [pid, until] of this.#avoidUntil) if (until < now) this.#avoidUntil.delete(pid);
    const command = readerCommand(this.#entries, this.#plan, this.#root, [...this.#avoidUntil.keys()]);
    // Of root only: anybody else's reader may open what this process may.
    const files = this.#root ? new RootFiles() : null;
    const child = startChild(command, ['ignore', 'ignore', 'inherit', 'pipe', ...(files?.stdio ?? [])], (how, failed) => {
      this.#ended(how, failed);
    });
    this.#child = child;
    this.#startedAtMs = performance.now();
    files?.handOver(child);
    const stream = child.stdio[STREAM] as Socket | null | undefined;
    if (stream) this.#events.started(stream);
  }

  #ended(how: string, failed: boolean): void {
    this.#child = null;
    if (this.#stopped) return;
    this.#hasLived ||= performance.now() - this.#startedAtMs >= LIVES_MS;
    if (failed && !this.#hasLived && ++this.#failures >= MOST_FAILURES) {
      this.#events.failed(how);
      return;
    }
    const wait = this.#restarts.tooMany(performance.now()) ? BACKOFF_MS : 0;
    log('warn', 'the reader ended and is started again', { how, after_ms: wait });
    this.#timer = setTimeout(() => {
      this.start();
    }, wait);
  }

  /** Ends it whatever it waits for; a fresh one follows. */
  kill(reason: string): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    const files = openProcFiles(pid);
    for (const avoided of pidsOfCmdlines(files)) this.#avoidUntil.set(avoided, Date.now() + AVOID_MS);
    log('warn', 'the reader is killed', { reason, pid, at: files.join(' ') });
    this.#child?.kill('SIGKILL');
  }

  /** Another one in its place; one that is to come anyway will do. */
  renew(): void {
    this.#child?.kill('SIGKILL');
  }

  /** None follows. Done when it has ended, or when nothing helps. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#child !== null) await killChild(this.#child, 'the reader');
  }
}
