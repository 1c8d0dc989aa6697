import type { ReaderLink } from './reader-link.ts';
import { type Watcher, WatchedProcess } from './watched-process.ts';

/** The processes that somebody watches, each polled once. Nobody watches: nothing is here, and nothing is read. */
export class WatchedProcesses {
  readonly #reader: ReaderLink;
  readonly #byPid = new Map<number, WatchedProcess>();

  constructor(reader: ReaderLink) {
    this.#reader = reader;
  }

  watch(pid: number, watcher: Watcher): WatchedProcess {
    let watched = this.#byPid.get(pid);
    // What has ended stays for those who watch it; the number may belong to another process by now.
    if (watched === undefined || watched.hasEnded) this.#byPid.set(pid, (watched = new WatchedProcess(pid, this.#reader)));
    watched.add(watcher);
    return watched;
  }

  unwatch(watched: WatchedProcess, watcher: Watcher): void {
    watched.remove(watcher);
    if (!watched.isWatched && this.#byPid.get(watched.pid) === watched) this.#byPid.delete(watched.pid);
  }
}
