import { Answer } from '../net/answer.svelte.ts';

/** A thread by its id, and its process. */
export interface ThreadOf {
  readonly tid: number;
  readonly pid: number;
}

const MAX_DIGITS = 7;

/** Looks up a typed id that no process has, since it may be a thread's: the list has no threads. */
export class ThreadLookup {
  readonly #answer = new Answer<{ readonly tid: number; readonly pid: number | null }>(readThread);
  readonly #key: () => string;

  constructor(key: () => string) {
    this.#key = key;
  }

  /** The answer to the last question; null while there is none, and if there is no such thread. */
  get found(): ThreadOf | null {
    const { value } = this.#answer;
    const pid = value?.pid ?? null;
    return value === null || pid === null ? null : { tid: value.tid, pid };
  }

  ask(query: string): void {
    const text = query.trim();
    if (/^[1-9][0-9]*$/.test(text) && text.length <= MAX_DIGITS) void this.#answer.ask(text, `/api/threads/${text}`, this.#key());
  }
}

function readThread(body: unknown): { tid: number; pid: number | null } | null {
  if (typeof body !== 'object' || body === null || !('tid' in body) || !('pid' in body)) return null;
  const { tid, pid } = body;
  return typeof tid === 'number' && (typeof pid === 'number' || pid === null) ? { tid, pid } : null;
}
