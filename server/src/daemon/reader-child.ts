import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { startChild } from './child.ts';
import { openProcFiles, pidsOfCmdlines } from './hung.ts';
import { type Entries, readerCommand } from './launch.ts';
import { log } from './log.ts';
import { RootFiles } from './root-files.ts';
import { Restarts } from './restarts.ts';

const MOST_DEATHS = 10;
const WITHIN_MS = 10_000;
const BACKOFF_MS = 2000;
const STREAM = 3;
/** A process that kept its command line from a reader keeps it for long; but not for ever. */
const AVOID_MS = 60_000;

/** The reader: started again whenever it ends, until stop(). */
export class ReaderChild {
  readonly #entries: Entries;
  readonly #root: boolean;
  readonly #started: (stream: Socket) => void;
  readonly #restarts = new Restarts(MOST_DEATHS, WITHIN_MS);
  readonly #avoidUntil = new Map<number, number>();
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** `started` gets the asking end of each fresh reader's stream. */
  constructor(entries: Entries, root: boolean, started: (stream: Socket) => void) {
    this.#entries = entries;
    this.#root = root;
    this.#started = started;
  }

  start(): void {
    const now = Date.now();
    for (const [pid, until] of this.#avoidUntil) if (until < now) this.#avoidUntil.delete(pid);
    const command = readerCommand(this.#entries, this.#root, [...this.#avoidUntil.keys()]);
    // Of root only: anybody else's reader may open what this process may.
    const files = this.#root ? new RootFiles() : null;
    const child = startChild(command, ['ignore', 'ignore', 'inherit', 'pipe', ...(files?.stdio ?? [])], (how) => {
      this.#ended(how);
    });
    this.#child = child;
    files?.handOver(child);
    const stream = child.stdio[STREAM] as Socket | null | undefined;
    if (stream) this.#started(stream);
  }

  #ended(how: string): void {
    this.#child = null;
    if (this.#stopped) return;
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

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGKILL');
  }
}
