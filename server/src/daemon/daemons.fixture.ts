import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { DaemonClient, makeDist, removeDist, sleep } from '../../test/daemon-client.ts';

export const ROOT = process.getuid?.() === 0;
export const ARGS = ['--port=0', '--unsafe-path'];

/** A built daemon for the tests of a file. All that it starts ends with each test. */
export class Daemons {
  readonly #started: DaemonClient[] = [];
  #dist = '';

  constructor() {
    beforeAll(() => {
      this.#dist = makeDist();
    });
    afterEach(async () => {
      for (const daemon of this.#started.splice(0)) await daemon.stop();
    });
    afterAll(() => removeDist(this.#dist));
  }

  get dist(): string {
    return this.#dist;
  }

  start(args: readonly string[] = ARGS, env: Record<string, string> = {}, prefix: readonly string[] = []): DaemonClient {
    return this.startFrom(this.#dist, args, env, prefix);
  }

  /** Starts one of another build, which the test removes. */
  startFrom(dist: string, args: readonly string[] = ARGS, env: Record<string, string> = {}, prefix: readonly string[] = []): DaemonClient {
    const daemon = new DaemonClient(dist, args, env, prefix);
    this.#started.push(daemon);
    return daemon;
  }
}

/** Process ids of the children of a process. */
export function childrenOf(pid: number | undefined): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

export function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
}

export async function until(what: () => boolean, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!what()) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await sleep(10);
  }
}

/** The child whose command line contains this word. */
export function childWith(daemon: DaemonClient, word: string): number {
  const pid = childrenOf(daemon.process.pid).find((child) => readFileSync(`/proc/${child}/cmdline`, 'latin1').includes(word));
  if (pid === undefined) throw new Error(`no ${word} among the children`);
  return pid;
}

/** Asks until a reader answers. */
export async function retry(daemon: DaemonClient, request: object): Promise<Record<string, unknown>> {
  for (;;) {
    const answer = await daemon.ask(request);
    if (answer['status'] !== 'no reader' && answer['status'] !== 'reader died') return answer;
    await sleep(20);
  }
}
