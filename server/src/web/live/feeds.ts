import { bySlices, wholeText } from '../answer/by-slices.ts';
import { Feed, restMs } from './feed.ts';
import type { Memories } from '../link/memories.ts';
import { processesJson } from '../answer/processes-json.ts';
import { ReaderFault } from '../link/reader-fault.ts';
import type { ReaderLink } from '../link/reader-link.ts';

const EVERY_MS = 2000;
/** What may not be read now seldom may a moment later. */
const RETRY_MS = 10_000;

/** The list of processes, for all pickers that are open. */
export function processFeed(reader: ReaderLink): Feed {
  return new Feed(EVERY_MS, async () => {
    const { head, tookMs } = await reader.ask({ op: 'processes' });
    const processes = await wholeText(bySlices(processesJson(head.processes)));
    return { message: `{"type":"processes","processes":${processes}}`, pauseMs: restMs(EVERY_MS, head.readMs ?? tookMs) };
  });
}

/** The memory figures of one process, for all pages that show them. The kernel walks its page tables for these: the larger it is, the less often. */
function memoryFeed(memories: Memories, pid: number): Feed {
  return new Feed(RETRY_MS, async () => {
    try {
      const memory = await memories.get(pid);
      return { message: { type: 'memory', pid, memory, message: '' }, pauseMs: restMs(EVERY_MS, memory.read_ms) };
    } catch (error) {
      if (!(error instanceof ReaderFault)) throw error;
      return { message: { type: 'memory', pid, memory: null, message: error.message }, pauseMs: RETRY_MS };
    }
  });
}

/** A feed of memory figures for each process of which somebody wants them, or did a moment ago. */
export class MemoryFeeds {
  readonly #memories: Memories;
  readonly #byPid = new Map<number, Feed>();

  constructor(memories: Memories) {
    this.#memories = memories;
  }

  add(pid: number, listener: (text: string) => void): void {
    // A feed outlives its listeners for as long as its process is to be left alone: who comes and goes must not have it read more often.
    for (const [each, { isHeard, isRested }] of this.#byPid) if (!isHeard && isRested) this.#byPid.delete(each);
    let feed = this.#byPid.get(pid);
    if (feed === undefined) this.#byPid.set(pid, (feed = memoryFeed(this.#memories, pid)));
    feed.add(listener);
  }

  remove(pid: number, listener: (text: string) => void): void {
    this.#byPid.get(pid)?.remove(listener);
  }
}
