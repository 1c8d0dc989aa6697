import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A running program whose memory is looked at: it prints lines, then one that matches `ready`. */
export class Program {
  readonly #process: ChildProcess;
  /** Printed up to the line that says that it is ready, which is included. */
  readonly lines: readonly string[];

  private constructor(process: ChildProcess, lines: readonly string[]) {
    this.#process = process;
    this.lines = lines;
  }

  /** Stop it at the end of the test. `input`: for its stdin, which stays open. Rejects if the program ends before it is ready. */
  static async start(ready: RegExp, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Program> {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env: { PATH: process.env['PATH'], LC_ALL: 'C', ...env } });
    const lines: string[] = [];
    child.stdin.write(input);
    const failed = once(child, 'error').then(([error]) => Promise.reject(error as Error));
    const isReady = async (): Promise<void> => {
      for await (const line of createInterface({ input: child.stdout })) {
        lines.push(line);
        if (ready.test(line)) return;
      }
      throw new Error(`${command} ${args.join(' ')} ended before it was ready: ${lines.slice(-3).join(' | ')}`);
    };
    await Promise.race([isReady(), failed]);
    child.stdout.resume();
    return new Program(child, lines);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** The words of the lines that begin with one. */
  told(word: string): readonly (readonly string[])[] {
    return this.lines.map((line) => line.split(' ')).filter(([first]) => first === word);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}

/** Compiles truth.c into a folder of its own; null: this compiler has no such sanitizer here. */
export function compileTruth(folder: string, compiler: string, ...flags: readonly string[]): string | null {
  const path = join(folder, `truth${flags.join('')}`);
  const done = spawnSync(compiler, ['-O1', '-g', '-pthread', ...flags, '-o', path, join(import.meta.dirname, 'truth.c')], { stdio: 'ignore' });
  return done.status === 0 ? path : null;
}

/** A folder below /tmp, and what removes it. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'procmap-uses-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The path of an installed program; null: not installed. */
export function installed(command: string): string | null {
  try {
    return execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}
