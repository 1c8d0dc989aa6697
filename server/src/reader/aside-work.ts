import type { KernelReader } from './kernel/kernel-reader.ts';
import { failureOf, isFailure } from './outcome.ts';
import { readPages } from './pages.ts';
import { lookAlive } from './procfs/alive.ts';
import { readMemory } from './procfs/memory.ts';
import { readProgram } from './procfs/program.ts';
import type { AsideRequest, ReaderHead } from './protocol.ts';
import { readSmaps } from './smaps.ts';

/** libuv has four threads for files: one stays free, whatever the kernel holds. */
const MOST_AT_ONCE = 3;

type Asked<O extends AsideRequest['op']> = Extract<AsideRequest, { op: O }>;

interface Answer {
  readonly head: ReaderHead;
  readonly body?: Uint8Array;
}

/** An answer in parts that is under way. */
interface Parts {
  /** Nobody wants the rest of it. */
  left: boolean;
  /** Goes on with the next one, or ends it. */
  resume: (goesOn: boolean) => void;
}

/** Answers what may take long, beside the event loop: several at once, the others when one of these is done. */
export class AsideWork {
  readonly #kernel: KernelReader;
  readonly #send: (head: ReaderHead, body?: Uint8Array) => void;
  #waiting: AsideRequest[] = [];
  #running = 0;
  /** Answers in parts that may go on when there is room for them. */
  readonly #resuming: (() => void)[] = [];
  readonly #inParts = new Map<number, Parts>();

  constructor(kernel: KernelReader, send: (head: ReaderHead, body?: Uint8Array) => void) {
    this.#kernel = kernel;
    this.#send = send;
  }

  take(request: AsideRequest): void {
    this.#waiting.push(request);
    this.#next();
  }

  /** The next part of the answer of that id is asked for; or, false, nobody wants more of it. */
  goOn(id: number, goesOn: boolean): void {
    if (!goesOn) this.#waiting = this.#waiting.filter((request) => request.id !== id);
    const parts = this.#inParts.get(id);
    if (parts === undefined) return;
    // Also before the first part is there, when nothing waits to be resumed.
    parts.left ||= !goesOn;
    parts.resume(goesOn);
  }

  /** Nobody is there any more: what waits is not begun, and what is answered in parts ends. */
  leave(): void {
    this.#waiting = [];
    for (const id of this.#inParts.keys()) this.goOn(id, false);
  }

  #next(): void {
    if (this.#running === MOST_AT_ONCE) return;
    const request = this.#waiting.shift();
    if (request === undefined) return;
    this.#running++;
    void this.#answer(request).then((answer) => {
      if (answer !== null) this.#send(answer.head, answer.body);
      this.#release();
    });
  }

  #release(): void {
    const resume = this.#resuming.shift();
    if (resume !== undefined) resume();
    else {
      this.#running--;
      this.#next();
    }
  }

  async #acquire(): Promise<void> {
    if (this.#running < MOST_AT_ONCE) this.#running++;
    else await new Promise<void>((resolve) => this.#resuming.push(resolve));
  }

  /** null: nobody waits for it any more. */
  async #answer(request: AsideRequest): Promise<Answer | null> {
    switch (request.op) {
      case 'kernel':
        return { head: await this.#kernelHead(request) };
      case 'smaps':
        return await this.#smaps(request);
      case 'pages':
        return await pages(request);
      case 'memory':
      case 'program':
        return { head: await headOf(request) };
    }
  }

  async #kernelHead({ id, etag }: Asked<'kernel'>): Promise<ReaderHead> {
    try {
      const fresh = await this.#kernel.read(etag);
      return { id, status: 'kernel', etag: fresh?.etag ?? etag ?? '', half: fresh?.half ?? null };
    } catch (error) {
      return { id, status: 'error', error: 'unreadable', message: `the kernel half cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  async #smaps({ id, pid, startPage, endPage }: Asked<'smaps'>): Promise<Answer | null> {
    const parts: Parts = { left: false, resume: () => undefined };
    this.#inParts.set(id, parts);
    const end = await readSmaps(pid, startPage, endPage, {
      isWanted: () => !parts.left,
      give: async ({ cells, ...part }) => {
        this.#send({ id, status: 'figures', ...part }, new Uint8Array(cells.buffer));
        // Who takes his time holds up no other: nothing is read meanwhile.
        const asked = new Promise<boolean>((resolve) => (parts.resume = resolve));
        this.#release();
        const goesOn = await asked;
        await this.#acquire();
        return goesOn;
      },
    });
    this.#inParts.delete(id);
    if (end === null) return null;
    return { head: isFailure(end) ? { id, status: 'error', ...end } : { id, status: 'smaps', ...end } };
  }
}

async function pages({ id, pid, startPage, count }: Asked<'pages'>): Promise<Answer> {
  const read = await readPages(pid, startPage, count);
  if (isFailure(read)) return { head: { id, status: 'error', ...read } };
  const { states, ...head } = read;
  return { head: { id, status: 'pages', ...head }, body: states };
}

async function headOf({ id, op, pid }: Asked<'memory' | 'program'>): Promise<ReaderHead> {
  try {
    const now = lookAlive(pid);
    if (isFailure(now)) return { id, status: 'error', ...now };
    if (op === 'memory') return { id, status: 'memory', memory: await readMemory(pid) };
    return { id, status: 'program', program: await readProgram(pid) };
  } catch (error) {
    return { id, status: 'error', ...failureOf(error, pid) };
  }
}
