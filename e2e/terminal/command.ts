import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, PROCMAP, run } from '../daemon.ts';

/** Runs procmap in a folder of its own, where its log lands. */
export class Command {
  readonly #env: Readonly<Record<string, string>>;
  readonly folder = mkdtempSync(join(tmpdir(), 'procmap-terminal-'));

  /** `env`: besides this process's own. */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
  }

  run(...args: readonly string[]): Promise<Ended> {
    return run([PROCMAP, ...args], { NO_COLOR: '', ...this.#env }, this.folder);
  }

  /** Under a terminal of its own (script(1)), where colours are shown; its standard output and error in one. */
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
