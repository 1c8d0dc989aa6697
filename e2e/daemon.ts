import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { askLink, controlFolder } from '../server/src/daemon/control-socket.ts';
import { addressOf } from './http.ts';

/** The command of this checkout, as built by `make build`. */
export const PROCMAP = join(import.meta.dirname, '..', 'node_modules', '.bin', 'procmap');

/** Output and status of a command that has ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. Kills it if it hangs; its status is null then. */
export function run(command: readonly string[], env: Readonly<Record<string, string>> = {}, folder?: string, timeLimitMs = 30_000): Promise<Ended> {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { env: { ...process.env, ...env }, timeout: timeLimitMs, maxBuffer: 256 * 1024 * 1024, ...(folder === undefined ? {} : { cwd: folder }) },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ status, stdout, stderr });
      },
    );
  });
}

/** The lines of a daemon's stderr for people: all but its log, which is JSON. */
export function sentences(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
}

/** Process ids of the children of a process. */
export function childrenOf(pid: number): number[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').match(/[0-9]+/g);
  return (pids ?? []).map(Number);
}

export interface DaemonOptions {
  /** 0, the default: any free port. */
  readonly port?: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another launcher than the checkout's. */
  readonly procmap?: string;
  /** Run as this user, without groups; needs root. */
  readonly uid?: number;
  /** Command prefix that limits its rights or moves it elsewhere. */
  readonly within?: readonly string[];
  /** Listen on this Unix socket instead of a port. */
  readonly socket?: string;
}

/** The real daemon, as built, on a loopback port. */
export class Daemon {
  /** The printed link. */
  readonly link: string;
  /** Origin of its page: a name that browsers resolve (fetchFrom() too). */
  readonly origin: string;
  /** The address for scripts. */
  readonly address: string;
  readonly tokenFile: string;
  readonly token: string;
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #controlFolder: string;
  #log = '';

  private constructor(process: ChildProcess, folder: string, controlFolder: string, link: string) {
    this.#process = process;
    process.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    this.#folder = folder;
    this.#controlFolder = controlFolder;
    this.link = link;
    this.origin = new URL(link).origin;
    this.address = `http://${addressOf(this.origin)}`;
    this.tokenFile = join(folder, 'token');
    this.token = readFileSync(this.tokenFile, 'utf8').trim();
  }

  /** Rejects with the daemon's output if it does not start. */
  static async start({ port = 0, args = [], env = {}, procmap = PROCMAP, uid, within = [], socket }: DaemonOptions = {}): Promise<Daemon> {
    const folder = mkdtempSync(join(tmpdir(), 'procmap-e2e-'));
    if (uid !== undefined) chownSync(folder, uid, uid);
    const as = uid === undefined ? [] : [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    // If the tests are killed, the daemon ends too.
    const serve = [
      ...within,
      procmap,
      'serve',
      ...(socket === undefined ? [`--port=${port}`] : [`--socket=${socket}`]),
      `--token-file=${join(folder, 'token')}`,
      '--unsafe-path',
      ...args,
    ];
    // A separate control folder for each daemon of another user, unless a test sets one.
    const environment: NodeJS.ProcessEnv = { ...process.env, ...(uid === undefined ? {} : { XDG_RUNTIME_DIR: folder }), ...env };
    const child = spawn('setpriv', [...as, '--pdeathsig=TERM', ...serve], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const lines = createInterface({ input: child.stdout });
    const link = await Promise.race([once(lines, 'line').then(([line]) => String(line)), once(child, 'exit').then(() => '')]);
    if (link !== '') return new Daemon(child, folder, controlFolder(uid, environment), link);
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`the daemon did not start (is it built? make build): ${log}`);
  }

  /** The daemon's output after its link, one JSON object per line. */
  get log(): string {
    return this.#log;
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /**
   * GET with the token for scripts. Each request has its own connection: the daemon closes idle ones, perhaps while the
   * test is busy.
   */
  get(path: string): Promise<Response> {
    return fetch(`${this.address}${path}`, { headers: { authorization: `Bearer ${this.token}`, connection: 'close' } });
  }

  async json<T>(path: string): Promise<T> {
    return (await (await this.get(path)).json()) as T;
  }

  /** A new one-time link, from the control socket that `procmap open` also uses. */
  async freshLink(): Promise<string> {
    // The first link is printed a moment before the control socket exists.
    for (let tries = 0; tries < 100; tries++) {
      const link = await askLink(this.#controlFolder, String(this.port), null);
      if (link !== null) return link;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the daemon gives no link');
  }

  /** Ends the daemon and returns its exit status. SIGKILL ends it without any cleanup. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    rmSync(this.#folder, { recursive: true, force: true });
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill(signal);
      await once(this.#process, 'exit');
    }
    return this.#process.exitCode;
  }
}
