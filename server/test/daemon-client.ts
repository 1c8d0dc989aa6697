import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, '../src/');
const FAKE_WEB = join(import.meta.dirname, './fake-web.js');

/** A folder like that of a build: the real reader and supervisor from the sources, fake-web.js as the web process. */
export function makeDist(): string {
  const dist = join(mkdtempSync(join(tmpdir(), 'procmap-dist-')), 'server', 'dist');
  mkdirSync(dist, { recursive: true });
  const page = join(dist, '..', '..', 'web', 'dist');
  mkdirSync(page, { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html>');
  writeFileSync(join(dist, 'package.json'), '{"type":"module"}');
  for (const name of ['reader', 'files']) writeFileSync(join(dist, `${name}.js`), `import ${JSON.stringify(`${SOURCES}${name}/main.ts`)};\n`);
  copyFileSync(FAKE_WEB, join(dist, 'web.js'));
  writeFileSync(
    join(dist, 'main.js'),
    `import { serve } from ${JSON.stringify(`${SOURCES}daemon/serve.ts`)};
import { parseOptions } from ${JSON.stringify(`${SOURCES}options.ts`)};
try { await serve(parseOptions(process.argv.slice(2)), import.meta.dirname, '0.0.0'); }
catch (error) { process.stderr.write('procmap: ' + error.message + '\\n'); process.exitCode = error.exitStatus ?? 70; }
`,
  );
  return dist;
}

export function removeDist(dist: string): void {
  rmSync(join(dist, '..', '..'), { recursive: true, force: true });
}

/** A daemon from such a folder. */
export class DaemonClient {
  readonly process: ChildProcess;
  out = '';
  log = '';

  constructor(dist: string, args: readonly string[], env: Record<string, string> = {}, prefix: readonly string[] = []) {
    const [command = '', ...rest] = [...prefix, process.execPath, join(dist, 'main.js'), 'serve', ...args];
    this.process = spawn(command, rest, { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
  }

  /** Waits until stdout has this many lines; fails if the daemon ends first. */
  async lines(count: number): Promise<string[]> {
    for (;;) {
      const lines = this.out.split('\n').slice(0, -1);
      if (lines.length >= count) return lines;
      if (this.process.exitCode !== null) throw new Error(`the daemon ended: ${this.log}`);
      await sleep(10);
    }
  }

  /** Its origin in a form that libc resolves too: only browsers resolve names below localhost. */
  async origin(): Promise<string> {
    const [link = ''] = await this.lines(1);
    return `http://127.0.0.1:${new URL(link).port}`;
  }

  async get(path: string): Promise<Record<string, unknown>> {
    const response = await fetch(`${await this.origin()}${path}`);
    return (await response.json()) as Record<string, unknown>;
  }

  async ask(request: object): Promise<Record<string, unknown>> {
    return this.get(`/ask?${encodeURIComponent(JSON.stringify(request))}`);
  }

  /** Exit status, once it has ended. */
  async ended(): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
    return this.process.exitCode;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.process.kill(signal);
    return this.ended();
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
