import type { ClientMessage } from '@procmap/shared/messages.ts';
import { Stream, type StreamEvents, type StreamStatus } from '../net/stream.ts';

/** After this time without a connection, the page says that the daemon may have ended. */
const GONE_AFTER_MS = 10_000;

/** The stream to the daemon and its state on the page. */
export class Connection {
  readonly #stream: Stream;
  readonly #onEnd: (why: 'session_over' | 'restarted') => void;
  #status = $state.raw<StreamStatus>('connecting');
  #gone = $state.raw(false);
  #lostTimer: ReturnType<typeof setTimeout> | undefined;

  /** `onEnd`: the daemon no longer knows the session. */
  constructor(events: Omit<StreamEvents, 'onStatus'>, onEnd: (why: 'session_over' | 'restarted') => void) {
    this.#stream = new Stream({ ...events, onStatus: (status) => this.#setStatus(status) });
    this.#onEnd = onEnd;
  }

  get status(): StreamStatus {
    return this.#status;
  }
  /** The daemon has been silent for long. */
  get gone(): boolean {
    return this.#gone;
  }

  open(key: string): void {
    this.#stream.open(key);
  }

  retry(): void {
    this.#stream.retry();
  }

  send(message: ClientMessage): void {
    this.#stream.send(message);
  }

  #setStatus(status: StreamStatus): void {
    this.#status = status;
    if (status === 'lost') this.#lostTimer ??= setTimeout(() => (this.#gone = true), GONE_AFTER_MS);
    if (status === 'open') {
      clearTimeout(this.#lostTimer);
      this.#lostTimer = undefined;
      this.#gone = false;
    }
    if (status === 'unauthorised') this.#onEnd('session_over');
    if (status === 'restarted') this.#onEnd('restarted');
  }
}
