import type { ReaderLink } from '../link/reader-link.ts';
import { type Watcher, WatchedProcess } from './watched-process.ts';

/** The processes that somebody watches, each polled once. Nobody watches: nothing is here, and nothing is read. */
export class WatchedProcesses {
  readonly #reader: ReaderLink;
  readonly #tickPercent: number;
  readonly #byPid = new Map<number, WatchedProcess>();

  /** `tickPercent`: what looks at one process may use of a core (LookPace). */
  constructor(reader: ReaderLink, tickPercent: number) {
    this.#reader = reader;
    this.#tickPercent = tickPercent;
  }

  watch(pid: number, watcher: Watcher): WatchedProcess {
    let watched = this.#byPid.get(pid);
    // What has ended stays for those who watch it; the number may belong to another process by now.
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
