import { HeldHands } from './hands/held-hands.ts';
import { NotAnswering } from './protocol/not-answering.ts';
import type { ReaderHead } from './protocol/protocol.ts';

/** Each keeps the memory of a thread and of the maps that it read last. */
const MAX_HELD = 4;

type Tell = (head: ReaderHead) => void;

/**
 * Blocked threads of the reader, and processes that do not answer. Belongs to the whole process: blocked threads remain
 * after a stream has ended.
 */
export class ReaderHangs {
  readonly held = new HeldHands(MAX_HELD, () => this.#say({ id: 0, status: 'worn' }));
  readonly notAnswering = new NotAnswering(() => this.#say(this.#known()));
  readonly #told = new Set<Tell>();

  /** Reports the current state to `tell`, then each change. */
  join(tell: Tell): void {
    this.#told.add(tell);
    if (this.notAnswering.pids.length > 0) tell(this.#known());
    if (this.held.isWorn) tell({ id: 0, status: 'worn' });
  }

  leave(tell: Tell): void {
    this.#told.delete(tell);
  }

  #known(): ReaderHead {
    return { id: 0, status: 'not-answering', ...this.notAnswering.hangs };
  }

  #say(head: ReaderHead): void {
    for (const tell of this.#told) tell(head);
  }
}
