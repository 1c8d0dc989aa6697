import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { halt } from '../halt.ts';

/** Programs of the machine, as processes to look at. */
export class Subject {
  readonly #process: ChildProcess;
  readonly #folder: string | null;

  private constructor(process: ChildProcess, folder: string | null) {
    this.#process = process;
    this.#folder = folder;
  }

  static async sleep(): Promise<Subject> {
    const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
    const subject = new Subject(child, null);
    // Waits until its libraries are loaded and it sleeps.
    await until(() => textOf(subject.pid, 'maps').includes('[heap]') && statOf(subject.pid)?.[0] === 'S');
    return subject;
  }

  /** With compiled WebAssembly, so that it has code that V8 makes at run time. */
  static async node(): Promise<Subject> {
    const script = `new WebAssembly.Module(new Uint8Array([0,97,115,109,1,0,0,0])); console.log('up'); setInterval(() => 0, 1000)`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface({ input: child.stdout }), 'line');
    return new Subject(child, null);
  }

  /** Headless, with a page. */
  static async chromium(): Promise<Subject> {
    const folder = mkdtempSync(join(tmpdir(), 'procmap-chromium-'));
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
    const args = [...flags, '--no-first-run', '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'data:text/html,<h1>page</h1>'];
    const child = spawn('/usr/bin/chromium', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const subject = new Subject(child, folder);
    for await (const line of createInterface({ input: child.stderr })) if (line.startsWith('DevTools listening')) break;
    await until(() => subject.pids.some((pid) => textOf(pid, 'cmdline').includes('--type=renderer')));
    return subject;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Its process id, then those of its descendants. */
  get pids(): number[] {
    const parents = new Map<number, number>();
    for (const name of readdirSync('/proc')) if (/^[0-9]+$/.test(name)) parents.set(Number(name), Number(statOf(Number(name))?.[1] ?? 0));
    const family = [this.pid];
    for (const member of family) for (const [pid, parent] of parents) if (parent === member) family.push(pid);
    return family;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Stops a process while `look` runs, so that two reads give the same. */
export async function whileStopped<T>(pid: number, look: () => Promise<T>): Promise<T> {
  try {
    await halt(pid);
    return await look();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The fields of /proc/PID/stat after the name: [state, ppid, ...]; null when it is gone. */
function statOf(pid: number): string[] | null {
  const text = textOf(pid, 'stat');
  return text === '' ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** A file of a process; empty if it has ended. */
function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
