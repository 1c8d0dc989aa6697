import type { AskedOp } from '../../reader/protocol/ops.ts';
import type { Part, Pending, ReaderAnswer } from './reader-asks.ts';
import { DIED, MAX_DEATHS, ReaderFault, STALLED } from './reader-fault.ts';

/** A request out of turn, with its own timeout. `pause` stops the timeout, `go` restarts it. */
interface Aside extends Pending {
  readonly go: () => void;
  readonly pause: () => void;
}

/** Timeout of each answer or part of one: summing up the memory of a process with a terabyte takes half of it. */
const ASIDE_MS = 30_000;
const KERNEL_STALLED = 'the kernel half could not be read in time; procmap tries again';
const CUT = 'the reader was restarted before its answer was complete; ask again';

/** The fault for an answer nobody waits for. */
export function left(): ReaderFault {
  return new ReaderFault('stalled', 'nobody waits for this any more');
}

/** Pending requests that the reader answers out of turn, when it can (see OPS). */
export class AsideAsks {
  readonly #byId = new Map<number, Aside>();
  readonly #send: (request: object) => void;
  readonly #late: (what: string) => void;

  /** `send`: sends to the reader if one is up. `late`: called when a request has timed out and been rejected. */
  constructor(send: (request: object) => void, late: (what: string) => void) {
    this.#send = send;
    this.#late = late;
  }

  get size(): number {
    return this.#byId.size;
  }

  get requests(): readonly object[] {
    return [...this.#byId.values()].map(({ request }) => request);
  }

  get(id: number): Pending | undefined {
    return this.#byId.get(id);
  }

  /** Adds a request and starts its timeout. The caller sends it. */
  add(pending: Pending): void {
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      this.#send({ id: pending.id, op: 'cancel' });
      aside.reject(left());
    };
    const settle = <A extends readonly unknown[]>(how: (...args: A) => void) => {
      return (...args: A): void => {
        clearTimeout(timer);
        pending.parts?.signal.removeEventListener('abort', cancel);
        this.#byId.delete(pending.id);
        how(...args);
      };
    };
    const { resolve } = pending;
    const aside = {
      ...pending,
      resolve: settle((answer: ReaderAnswer<AskedOp>) => resolve({ ...answer, tookMs: performance.now() - began })),
      reject: settle(pending.reject),
      go: (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          aside.reject(new ReaderFault('stalled', pending.what === 'kernel' ? KERNEL_STALLED : STALLED));
          this.#late(pending.what);
        }, ASIDE_MS);
      },
      pause: (): void => clearTimeout(timer),
    };
    this.#byId.set(pending.id, aside);
    aside.go();
    pending.parts?.signal.addEventListener('abort', cancel);
  }

  /** Passes a part on, and requests the next one when the taker is done. */
  takePart(part: Part, body: Uint8Array): void {
    const aside = this.#byId.get(part.id);
    if (aside === undefined) return;
    aside.begun = true;
    aside.pause();
    void aside.parts?.take(part, body).then(
      () => {
        // A new reader has no next part of this answer: see cut().
        if (this.#byId.get(aside.id) !== aside) return;
        aside.go();
        this.#send({ id: aside.id, op: 'next' });
      },
      () => undefined,
    );
  }

  /** The reader died by itself, perhaps because of one of these requests; none is repeated for ever. */
  noteDeath(): void {
    for (const aside of [...this.#byId.values()]) if (++aside.deaths >= MAX_DEATHS) aside.reject(new ReaderFault('unreadable', DIED));
  }

  /** Call when the reader is replaced: an answer that has begun cannot start again. */
  cut(): void {
    for (const aside of [...this.#byId.values()]) if (aside.begun) aside.reject(new ReaderFault('stalled', CUT));
  }

  rejectAll(fault: ReaderFault): void {
    for (const aside of [...this.#byId.values()]) aside.reject(fault);
  }
}
