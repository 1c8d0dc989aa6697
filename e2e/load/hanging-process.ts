import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FakeProc, mapsLine } from '../../server/test/fake-proc.ts';

/** No real process has such a high id here. */
export const HANGING = 4_000_000;
/** Files of it that hang, one after another. */
export const WAYS = ['stat', 'maps', 'smaps', 'cmdline', 'smaps_rollup', 'status', 'pagemap', 'statm'] as const;
const SMAPS = 'Rss:                   4 kB\nPss:                   4 kB\n';

/** Processes that sleep until they are stopped. */
export class Sleepers {
  readonly #parent: ChildProcess;
  readonly pids: readonly number[];

  private constructor(parent: ChildProcess, pids: readonly number[]) {
    this.#parent = parent;
    this.pids = pids;
  }

  static async start(count: number): Promise<Sleepers> {
    const script = `for i in $(seq ${count}); do setpriv --pdeathsig=KILL sleep 3600 & done; echo up; wait`;
    const parent = spawn('setpriv', ['--pdeathsig=KILL', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
    await once(parent.stdout, 'data');
    const children = readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'latin1');
    return new Sleepers(parent, children.trim().split(' ').map(Number));
  }

  /** All of them belong to its process group. */
  stop(): void {
    process.kill(-(this.#parent.pid ?? 0), 'SIGKILL');
  }
}

/**
 * A replacement for /proc with these real processes and, if wanted, one that hangs: a FIFO stands in for one of its
 * files and blocks every open(2).
 */
export class HangingProc {
  readonly #proc = new FakeProc();
  #way = -1;

  constructor(pids: readonly number[]) {
    const own = readdirSync('/proc').filter((name) => !/^[0-9]+$/.test(name) && !existsSync(join(this.root, name)));
    for (const name of [...own, ...pids]) symlinkSync(`/proc/${name}`, join(this.root, String(name)));
  }

  get root(): string {
    return this.#proc.root;
  }

  /** Lets it hang at its next file, and at no other. Requests blocked on the previous file stay blocked. */
  hangElsewhere(): void {
    const before = WAYS[this.#way];
    if (before !== undefined) rmSync(this.#proc.path(HANGING, before));
    const maps = mapsLine(0x400, 4);
    this.#proc.write(HANGING, { comm: 'hanging', maps });
    writeFileSync(this.#proc.path(HANGING, 'smaps'), maps + SMAPS);
    writeFileSync(this.#proc.path(HANGING, 'smaps_rollup'), maps + SMAPS);
    writeFileSync(this.#proc.path(HANGING, 'pagemap'), Buffer.alloc(0x408 * 8));
    this.#proc.exe(HANGING, '/bin/sleep');
    this.#way = (this.#way + 1) % WAYS.length;
    this.#proc.block(HANGING, WAYS[this.#way] ?? 'stat');
  }

  dispose(): void {
    this.#proc.dispose();
  }
}
