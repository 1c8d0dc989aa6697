import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { CHROMIUM, FLAGS, VIEWPORT } from './browser.ts';
import type { Cleanup } from './cleanup.ts';

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/**
 * Chromium with nothing between it and the page: Playwright has every message of a WebSocket copied out of the page as text, which at 65,000 mappings takes
 * longer than all that the page does with it. Speaks the DevTools protocol over two pipes, a message up to each NUL.
 */
export class BareBrowser {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #id = 0;

  constructor(cleanup: Cleanup) {
    const profile = mkdtempSync(join(tmpdir(), 'procmap-bench-'));
    const args = [...FLAGS, '--headless=new', '--remote-debugging-pipe', `--user-data-dir=${profile}`];
    this.#process = spawn(CHROMIUM, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    cleanup.defer(async () => {
      await this.close();
      rmSync(profile, { recursive: true, force: true });
    });
    let text = '';
    this.#output.setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.#take(JSON.parse(message) as Answer);
    });
  }

  get #output(): Duplex {
    return this.#process.stdio[4] as Duplex;
  }

  #take(answer: Answer): void {
    const take = this.#waiting.get(answer.id ?? 0);
    this.#waiting.delete(answer.id ?? 0);
    take?.(answer);
  }

  /** Rejects with the browser's own words. */
  send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    (this.#process.stdio[3] as Duplex).write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  /** Opens an address in a fresh profile, and gives what an expression of the page comes to. */
  async visit(address: string, expression: string): Promise<unknown> {
    const { browserContextId } = await this.send('Target.createBrowserContext');
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    await this.send('Emulation.setDeviceMetricsOverride', { ...VIEWPORT, deviceScaleFactor: 1, mobile: false }, String(sessionId));
    await this.send('Page.navigate', { url: address }, String(sessionId));
    const evaluated = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, String(sessionId));
    await this.send('Target.disposeBrowserContext', { browserContextId });
    return (evaluated['result'] as { readonly value?: unknown }).value;
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }
}
