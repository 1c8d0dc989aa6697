import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Cleanup } from '../cleanup.ts';
import type { Sample } from '../rounds.ts';

const FOLDER = import.meta.dirname;
const PROGRAM = join(FOLDER, '..', '..', '..', '.cache', 'bench', 'bare-read');

/** The C program that only reads: the baseline for everything else. */
export class BareRead {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** Of the last file read. */
  bytes = 0;
  reads = 0;

  constructor(cleanup: Cleanup) {
    execFileSync('make', ['--silent', '-C', FOLDER], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#process = spawn(PROGRAM, { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdout } = this.#process;
    if (stdout === null) throw new Error('a pipe was asked for');
    const lines: Interface = createInterface({ input: stdout });
    this.#lines = lines[Symbol.asyncIterator]();
    cleanup.defer(() => {
      this.#process.kill();
    });
  }

  /** Reads a file `count` times; returns the mean of one read. */
  async read(path: string, count: number): Promise<Sample> {
    this.#process.stdin?.write(`${count} ${path}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('bare-read has ended');
    const [wallNs = NaN, cpuNs = NaN, bytes = NaN, reads = NaN] = line.value.split(' ').map(Number);
    this.bytes = bytes;
    this.reads = reads;
    return { wallMs: wallNs / 1e6, cpuMs: cpuNs / 1e6 };
  }
}

const buffer = Buffer.allocUnsafeSlow(32 * 1024);

/** The same loop in Node. */
export function nodeRead(path: string): void {
  const file = openSync(path, 'r');
  while (readSync(file, buffer, 0, buffer.length, null) > 0);
  closeSync(file);
}
