import type { KernelReader } from './kernel/kernel-reader.ts';
import { failureOf, isFailure } from './outcome.ts';
import { whyNoSpace } from './procfs/alive.ts';
import { look } from './procfs/look.ts';
import { readMemory } from './procfs/memory.ts';
import { readProgram } from './procfs/program.ts';
import type { AsideRequest, ReaderHead } from './protocol.ts';

/** libuv has four threads for files: one stays free, whatever the kernel holds. */
const MOST_AT_ONCE = 3;

/** Answers what may take long, beside the event loop: several at once, the others when one of these is done. */
export class AsideWork {
  readonly #kernel: KernelReader;
  readonly #answer: (head: ReaderHead) => void;
  readonly #waiting: AsideRequest[] = [];
  #running = 0;

  constructor(kernel: KernelReader, answer: (head: ReaderHead) => void) {
    this.#kernel = kernel;
    this.#answer = answer;
  }

  take(request: AsideRequest): void {
    this.#waiting.push(request);
    this.#next();
  }

  #next(): void {
    if (this.#running === MOST_AT_ONCE) return;
    const request = this.#waiting.shift();
    if (request === undefined) return;
    this.#running++;
    void this.#headOf(request).then((head) => {
      this.#running--;
      this.#answer(head);
      this.#next();
    });
  }

  async #headOf(request: AsideRequest): Promise<ReaderHead> {
    if (request.op !== 'kernel') return await headOf(request);
    const { id, etag } = request;
    try {
      const fresh = await this.#kernel.read(etag);
      return { id, status: 'kernel', etag: fresh?.etag ?? etag ?? '', half: fresh?.half ?? null };
    } catch (error) {
      return { id, status: 'error', error: 'unreadable', message: `the kernel half cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
}

async function headOf(request: Exclude<AsideRequest, { op: 'kernel' }>): Promise<ReaderHead> {
  const { id, pid } = request;
  try {
    const now = look(pid);
    const reason = isFailure(now) ? now : whyNoSpace(pid, now);
    if (reason !== null) return { id, status: 'error', ...reason };
    if (request.op === 'memory') return { id, status: 'memory', memory: await readMemory(pid) };
    return { id, status: 'program', program: await readProgram(pid) };
  } catch (error) {
    return { id, status: 'error', ...failureOf(error, pid) };
  }
}
