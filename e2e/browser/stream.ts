import { expect, type Page } from '@playwright/test';

/** A message of the stream as the page gets it; a map, which is binary, is `{ type: 'frame' }`. */
export type StreamMessage = Readonly<Record<string, unknown>> & { readonly type: string };

/** Listens in on what the daemon sends to a page, and on what the page asks of it. */
export class Stream {
  readonly messages: StreamMessage[] = [];
  /** By the page. */
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

  /** Looks at the process that have arrived, whether they changed anything or not. */
  get looks(): StreamMessage[] {
    return this.messages.filter(({ type }) => type === 'tick' || type === 'frame');
  }

  /** Waits for so many more looks. */
  async moreLooks(count: number): Promise<void> {
    const enough = this.looks.length + count;
    await expect.poll(() => this.looks.length).toBeGreaterThanOrEqual(enough);
  }
}
