import { PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import { type ClientMessage, parseServerMessage, type ServerMessage } from '@procmap/shared/messages.ts';
import { apiGet, errorWord } from './session.ts';

export type StreamStatus = 'connecting' | 'open' | 'lost' | 'unauthorised' | 'restarted';

export interface StreamEvents {
  onStatus: (status: StreamStatus) => void;
  onMessage: (message: ServerMessage) => void;
  /** A map or a delta (codec.ts), as received. */
  onFrame: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** An unreadable message: the daemon is of another version. */
  onGarbage: () => void;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 8000;

/**
 * The WebSocket to the daemon, for the lifetime of the page: says hello, passes messages on, and reconnects
 * automatically. `open` means that the daemon has sent its welcome; `send` only sends then.
 */
export class Stream {
  readonly #events: StreamEvents;
  #key = '';
  #socket: WebSocket | null = null;
  #welcomed = false;
  #failures = 0;
  /** Counts connection attempts: answers to earlier ones are dropped. */
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: StreamEvents) {
    this.#events = events;
  }

  open(key: string): void {
    this.#key = key;
    this.#failures = 0;
    this.#events.onStatus('connecting');
    this.#connect();
  }

  /** False if there is no connection; important messages are repeated after the next welcome. */
  send(message: ClientMessage): boolean {
    if (!this.#welcomed || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Reconnects at once instead of after the delay. */
  retry(): void {
    if (this.#welcomed || this.#key === '') return;
    this.#failures = 0;
    this.#connect();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#key = '';
    this.#attempts++;
    this.#drop();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#welcomed = false;
    socket?.close();
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#drop();
    this.#attempts++;
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/stream`);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => {
      const hello: ClientMessage = { type: 'hello', protocol: PROTOCOL_VERSION, key: this.#key };
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket === this.#socket) this.#receive(event.data);
    };
    socket.onclose = () => {
      if (socket === this.#socket) void this.#lost();
    };
  }

  #receive(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      this.#events.onFrame(new Uint8Array(data));
      return;
    }
    const message = parseServerMessage(data);
    if (message === null) {
      this.#events.onGarbage();
      return;
    }
    if (message.type === 'welcome') {
      this.#welcomed = true;
      this.#failures = 0;
      this.#events.onStatus('open');
    }
    this.#events.onMessage(message);
  }

  /** A closed socket gives no reason, so ask by HTTP whether the key is still valid. */
  async #lost(): Promise<void> {
    this.#socket = null;
    this.#welcomed = false;
    this.#failures++;
    const attempt = this.#attempts;
    this.#events.onStatus('lost');
    const [status, error] = await apiGet('/api/system', this.#key).then(
      async (response) => [response.status, await errorWord(response)] as const,
      () => [0, ''] as const,
    );
    if (attempt !== this.#attempts) return;
    if (status === 401 || status === 403) {
      this.#key = '';
      // The daemon then has another name, and treats ours as one of an earlier start.
      this.#events.onStatus(error === 'other_start' ? 'restarted' : 'unauthorised');
      return;
    }
    const pauseMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures, 8));
    this.#timer = setTimeout(() => this.#connect(), pauseMs * (0.75 + Math.random() / 2));
  }
}
