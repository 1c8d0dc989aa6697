import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, PROCMAP, run } from '../daemon.ts';

/** Runs procmap in a separate folder, where it writes its log. */
export class Command {
  readonly #env: Readonly<Record<string, string>>;
  readonly folder = mkdtempSync(join(tmpdir(), 'procmap-terminal-'));

  /** `env`: in addition to this process's environment. */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
  }

  run(...args: readonly string[]): Promise<Ended> {
    return run([PROCMAP, ...args], { NO_COLOR: '', ...this.#env }, this.folder);
  }

  /** Runs it in a separate terminal (script(1)), with colours; returns standard output and error together. */
  runInTerminal(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
    const command = [PROCMAP, ...args].map((word) => `'${word}'`).join(' ');
    return run(['script', '--quiet', '--return', '--command', command, '/dev/null'], { TERM: 'xterm', NO_COLOR: '', ...env }, this.folder);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
