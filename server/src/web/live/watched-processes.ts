import type { ReaderLink } from '../link/reader-link.ts';
import { type Watcher, WatchedProcess } from './watched-process.ts';

/** All watched processes, each polled once. Without watchers nothing is kept or read. */
export class WatchedProcesses {
  readonly #reader: ReaderLink;
  readonly #tickPercent: number;
  readonly #byPid = new Map<number, WatchedProcess>();

  /** `tickPercent`: the share of a core for looks at one process (LookPace). */
  constructor(reader: ReaderLink, tickPercent: number) {
    this.#reader = reader;
    this.#tickPercent = tickPercent;
  }

  watch(pid: number, watcher: Watcher): WatchedProcess {
    let watched = this.#byPid.get(pid);
    // A process that has ended stays for its watchers; its id may belong to another one by now.
    if (watched === undefined || watched.hasEnded) this.#byPid.set(pid, (watched = this.#begin(pid)));
    watched.add(watcher);
    return watched;
  }

  #begin(pid: number): WatchedProcess {
    const left = (): void => {
      if (this.#byPid.get(pid) === watched) this.#byPid.delete(pid);
    };
    const watched = new WatchedProcess(pid, this.#reader, left, this.#tickPercent);
    return watched;
  }

  unwatch(watched: WatchedProcess, watcher: Watcher): void {
    watched.remove(watcher);
  }
}
