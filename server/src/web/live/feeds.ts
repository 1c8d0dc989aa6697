import { bySlices, wholeText } from '../answer/by-slices.ts';
import { Feed, restMs } from './feed.ts';
import type { Memories } from '../link/memories.ts';
import { processesJson } from '../answer/processes-json.ts';
import { ReaderFault } from '../link/reader-fault.ts';
import type { ReaderLink } from '../link/reader-link.ts';

const EVERY_MS = 2000;
/** A process that may not be read seldom becomes readable a moment later. */
const RETRY_MS = 10_000;

/** The process list, for all open process pickers. */
export function processFeed(reader: ReaderLink): Feed {
  return new Feed(EVERY_MS, async () => {
    const { head, tookMs } = await reader.ask({ op: 'processes' });
    const processes = await wholeText(bySlices(processesJson(head.processes)));
    return { message: `{"type":"processes","processes":${processes}}`, pauseMs: restMs(EVERY_MS, head.readMs ?? tookMs) };
  });
}

/**
 * Memory figures of one process, for all pages that show them. The kernel walks its page tables for them, so a large
 * process is read less often.
 */
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

/** Memory feeds of all processes with listeners, now or a moment ago. */
export class MemoryFeeds {
  readonly #memories: Memories;
  readonly #byPid = new Map<number, Feed>();

  constructor(memories: Memories) {
    this.#memories = memories;
  }

  add(pid: number, listener: (text: string) => void): void {
    // A feed without listeners stays until its pause is over, so that coming and going does not cause more reads.
    for (const [each, { isHeard, isRested }] of this.#byPid) if (!isHeard && isRested) this.#byPid.delete(each);
    let feed = this.#byPid.get(pid);
    if (feed === undefined) this.#byPid.set(pid, (feed = memoryFeed(this.#memories, pid)));
    feed.add(listener);
  }

  remove(pid: number, listener: (text: string) => void): void {
    this.#byPid.get(pid)?.remove(listener);
  }
}
