import { expect, type Page } from '@playwright/test';

/** A message of the stream to the page; a binary map frame is `{ type: 'frame' }`. */
export type StreamMessage = Readonly<Record<string, unknown>> & { readonly type: string };

/** Records the messages between the daemon and a page, in both directions. */
export class Stream {
  readonly messages: StreamMessage[] = [];
  /** Messages sent by the page. */
  readonly sent: StreamMessage[] = [];

  constructor(page: Page) {
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => {
        this.messages.push(typeof payload === 'string' ? (JSON.parse(payload) as StreamMessage) : { type: 'frame', bytes: payload.length });
      });
      socket.on('framesent', ({ payload }) => {
        if (typeof payload === 'string') this.sent.push(JSON.parse(payload) as StreamMessage);
      });
    });
  }

  of(type: string): StreamMessage[] {
    return this.messages.filter((message) => message.type === type);
  }

  /** Arrived looks at the process, with or without a change. */
  get looks(): StreamMessage[] {
    return this.messages.filter(({ type }) => type === 'tick' || type === 'frame');
  }

  /** Waits for this many more looks. */
  async moreLooks(count: number): Promise<void> {
    const enough = this.looks.length + count;
    await expect.poll(() => this.looks.length).toBeGreaterThanOrEqual(enough);
  }
}
