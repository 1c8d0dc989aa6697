import type { Look } from '../procfs/process/look.ts';
import type { ThreadNews } from '../protocol/protocol.ts';
import { type MapSeen, ProcessThreads } from './process-threads.ts';
import { MAX_THREADS } from './task-files.ts';

/** More than the processes of a scrape of /metrics and those that are watched beside it, which would evict each other. */
const MAX_PIDS = 96;
/** Of all processes together; the latest always stays. */
const MAX_KEPT = 2 * MAX_THREADS;

interface Known {
  readonly startTime: number;
  readonly space: string;
  readonly threads: ProcessThreads;
}

/** What is known of the threads of each process, least recently used first. Beside the last texts: see LastTexts. */
export class LastThreads {
  readonly #byPid = new Map<number, Known>();

  /** Reads what is missing. null: the client's `version` is still right. */
  read(pid: number, now: Look, seen: MapSeen, version: number): ThreadNews | null {
    const { threads } = this.#known(pid, now);
    threads.look(seen);
    this.#bound();
    return threads.version === version ? null : { version: threads.version, ...threads.evidence };
  }

  forget(pid: number): void {
    this.#byPid.delete(pid);
  }

  /** Another program, or another process with this id, has other threads. */
  #known(pid: number, { startTime, space }: Look): Known {
    const last = this.#byPid.get(pid);
    const isSame = last?.startTime === startTime && last.space === space;
    const known = isSame ? last : { startTime, space, threads: new ProcessThreads(pid) };
    this.#byPid.delete(pid);
    this.#byPid.set(pid, known);
    return known;
  }

  #bound(): void {
    let kept = 0;
    for (const { threads } of this.#byPid.values()) kept += threads.size;
    for (const [pid, { threads }] of this.#byPid) {
      if (this.#byPid.size <= 1 || (this.#byPid.size <= MAX_PIDS && kept <= MAX_KEPT)) return;
      kept -= threads.size;
      this.#byPid.delete(pid);
    }
  }
}
