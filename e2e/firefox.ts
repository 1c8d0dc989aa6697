import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

/** From the package firefox-esr. */
export const FIREFOX = '/usr/bin/firefox-esr';
export const hasFirefox = existsSync(FIREFOX);

const ANSWER_MS = 60_000;
/** Settings against network requests of the browser's own; the driver's defaults prevent most of them. */
const SETTINGS = [
  'network.captive-portal-service.enabled',
  'network.connectivity-service.enabled',
  'app.normandy.enabled',
  'browser.safebrowsing.update.enabled',
];

interface Answer {
  readonly id?: number;
  readonly type: 'success' | 'error' | 'event';
  readonly result?: unknown;
  readonly message?: string;
}

/** Debian's Firefox with a new profile, driven by WebDriver BiDi: one window, as for a person. */
export class Firefox {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;
  #window = '';

  private constructor(process: ChildProcess, folder: string, socket: WebSocket) {
    this.#process = process;
    this.#folder = folder;
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const answer = JSON.parse(data.toString()) as Answer;
      if (answer.id === undefined) return;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  static async start(): Promise<Firefox> {
    const folder = mkdtempSync(join(tmpdir(), 'procmap-firefox-'));
    writeFileSync(join(folder, 'user.js'), SETTINGS.map((name) => `user_pref('${name}', false);\n`).join(''));
    const child = spawn(
      'setpriv',
      ['--pdeathsig=KILL', FIREFOX, '--headless', '--no-remote', '--profile', folder, '--remote-debugging-port=0', 'about:blank'],
      {
        env: { ...process.env, HOME: folder, MOZ_HEADLESS: '1' },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    const address = new Promise<string>((resolve) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        said += `${line}\n`;
        const [, at] = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(line) ?? [];
        if (at !== undefined) resolve(at);
      });
    });
    const at = await Promise.race([address, once(child, 'exit').then(() => '')]);
    if (at === '') throw new Error(`Firefox did not start: ${said}`);
    const socket = new WebSocket(`${at}/session`);
    await once(socket, 'open');
    const firefox = new Firefox(child, folder, socket);
    await firefox.#ask('session.new', { capabilities: {} });
    const { contexts } = (await firefox.#ask('browsingContext.getTree', {})) as { contexts: { context: string }[] };
    firefox.#window = contexts[0]?.context ?? '';
    return firefox;
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#asked;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Firefox does not answer ${method}`)), ANSWER_MS);
      this.#waiting.set(id, ({ type, result, message }) => {
        clearTimeout(timer);
        if (type === 'success') resolve(result);
        else reject(new Error(`${method}: ${message ?? ''}`));
      });
    });
  }

  /** Opens an address as if it had been typed, and waits until it is loaded. */
  async goto(url: string): Promise<void> {
    await this.#ask('browsingContext.navigate', { context: this.#window, url, wait: 'complete' });
  }

  /** Evaluates an expression in the page, whose value is a string. */
  async evaluate(expression: string): Promise<string> {
    const target = { context: this.#window };
    const { result } = (await this.#ask('script.evaluate', { expression: `Promise.resolve(${expression}).then(String)`, target, awaitPromise: true })) as {
      result?: { value?: string };
    };
    return result?.value ?? '';
  }

  async stop(): Promise<void> {
    this.#socket.terminate();
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
