import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { CHROMIUM, FLAGS, VIEWPORT } from './browser.ts';
import type { Cleanup } from '../cleanup.ts';

/** The browser is busy with itself at its start and after a page has closed. */
const SETTLE_MS = 1000;

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/**
 * Chromium without Playwright, which copies every WebSocket message out of the page as text: at 65,000 mappings that
 * takes longer than all work of the page. Speaks the DevTools protocol over two pipes, with a NUL after each message.
 */
export class BareBrowser {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #id = 0;
  #session: string | null = null;

  constructor(cleanup: Cleanup) {
    const profile = mkdtempSync(join(tmpdir(), 'procmap-bench-'));
    const args = [...FLAGS, '--headless=new', '--remote-debugging-pipe', `--user-data-dir=${profile}`];
    this.#process = spawn(CHROMIUM, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    cleanup.defer(async () => {
      await this.close();
      rmSync(profile, { recursive: true, force: true });
    });
    this.#process.on('exit', () => {
      for (const id of this.#waiting.keys()) this.#take({ id, error: { message: 'Chromium has ended' } });
    });
    this.#pipe(3).on('error', () => undefined);
    let text = '';
    this.#pipe(4)
      .setEncoding('utf8')
      .on('data', (chunk: string) => {
        const messages = (text + chunk).split('\0');
        text = messages.pop() ?? '';
        for (const message of messages) this.#take(JSON.parse(message) as Answer);
      });
  }

  /** 3: our messages; 4: the browser's. */
  #pipe(fd: 3 | 4): Duplex {
    return this.#process.stdio[fd] as Duplex;
  }

  #take(answer: Answer): void {
    const take = this.#waiting.get(answer.id ?? 0);
    this.#waiting.delete(answer.id ?? 0);
    take?.(answer);
  }

  /** Rejects with the browser's error message. */
  send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    this.#pipe(3).write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }

  /** Opens an address as on a first visit, and returns the value of an expression in the page. */
  async visit(address: string, expression: string): Promise<unknown> {
    const session = (this.#session ??= await this.#attach());
    await this.send('Page.navigate', { url: 'about:blank' }, session);
    await this.send('Network.clearBrowserCache', {}, session);
    await this.send('Network.clearBrowserCookies', {}, session);
    await this.send('Storage.clearDataForOrigin', { origin: new URL(address).origin, storageTypes: 'all' }, session);
    await setTimeout(SETTLE_MS);
    await this.send('Page.navigate', { url: address }, session);
    const { result } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, session);
    return (result as { readonly value?: unknown }).value;
  }

  /** Attaches to the browser's first tab: a new window for each visit would cause work of its own. */
  async #attach(): Promise<string> {
    for (;;) {
      const targets = (await this.send('Target.getTargets'))['targetInfos'] as readonly { readonly targetId: string; readonly type: string }[];
      const tab = targets.find(({ type }) => type === 'page');
      await setTimeout(SETTLE_MS);
      if (tab === undefined) continue;
      const session = String((await this.send('Target.attachToTarget', { targetId: tab.targetId, flatten: true }))['sessionId']);
      await this.send('Emulation.setDeviceMetricsOverride', { ...VIEWPORT, deviceScaleFactor: 1, mobile: false }, session);
      return session;
    }
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill();
    await once(this.#process, 'exit');
  }
}
