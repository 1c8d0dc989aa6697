import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { MAX_LINGERING } from '../../../server/src/daemon/children/kept-child.ts';
import { childOf } from '../../bench/roles.ts';
import { childrenOf, Daemon, run } from '../../daemon.ts';
import { Fixture, FIXTURES } from '../../fixtures/fixture.ts';
import type { Answer, MuteReport } from '../mute-report.ts';

/**
 * Runs in the guest: starts programs on our own file system (fixtures/mute.c), which stops answering, and asks a daemon
 * about them. Asserts nothing; mute.test.ts does. Argument: the command.
 */
const [procmap = ''] = process.argv.slice(2);
/** Two of them block one files process. */
const SUBJECTS = 2 * MAX_LINGERING;
const TRIES = 5;
const LEFT_ALONE_MS = 11_000;

const folder = mkdtempSync(join(tmpdir(), 'mute-'));
const mute = await Fixture.start('mute', folder, `${FIXTURES}bin/resident`);
const subjects: ChildProcess[] = [];
for (let i = 0; i < SUBJECTS; i++) {
  const child = spawn(join(folder, 'program'), { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  subjects.push(child);
}
const pids = subjects.map(({ pid = 0 }) => pid);
const daemon = await Daemon.start({ procmap });
const reader = childOf(daemon.pid, 'reader.js');

async function ask(path: string): Promise<Answer> {
  const began = performance.now();
  const response = await daemon.get(path);
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, body, ms: Math.round(performance.now() - began) };
}
const program = (pid: number | undefined): Promise<Answer> => ask(`/api/processes/${pid ?? 0}/program`);
const file = (pid: number | undefined): Promise<Answer> => ask(`/api/processes/${pid ?? 0}/file?start=0x400000`);

/** Sends all other requests, one by one, until it is stopped. */
class Others {
  readonly told: Record<string, { count: number; worstMs: number; statuses: number[] }> = {};
  #goesOn = true;
  readonly #done: Promise<void>;

  constructor() {
    this.#done = this.#ask();
  }

  async #ask(): Promise<void> {
    const paths = { healthz: '/healthz', list: '/api/processes', map: `/api/processes/${process.pid}/map`, 'map of one': `/api/processes/${pids[0]}/map` };
    while (this.#goesOn) {
      for (const [name, path] of Object.entries(paths)) {
        const { status, ms } = await ask(path);
        const one = (this.told[name] ??= { count: 0, worstMs: 0, statuses: [] });
        one.count++;
        one.worstMs = Math.max(one.worstMs, ms);
        if (!one.statuses.includes(status)) one.statuses.push(status);
      }
      await setTimeout(500);
    }
  }

  stop(): Promise<void> {
    this.#goesOn = false;
    return this.#done;
  }
}

async function lingering(least: number): Promise<number> {
  for (let tries = 0; ; tries++) {
    const { files } = (await ask('/api/system')).body['lingering'] as { files: number };
    if (files >= least || tries === 100) return files;
    await setTimeout(200);
  }
}

/**
 * Blocks two threads of the present files process, so that it is replaced. Tries again if a busy machine takes longer
 * to start it than a request waits.
 */
async function holdAnother(one: number | undefined, other: number | undefined, count: number): Promise<number> {
  let held = 0;
  for (let tries = 0; held < count && tries < TRIES; tries++) {
    await Promise.all([program(one), file(other)]);
    held = await lingering(count);
  }
  return held;
}

/**
 * Asks until a process answers. A guest on a busy machine may take so long to start a thread that the process is left
 * alone, for ten seconds the first time.
 */
async function answered(asking: () => Promise<Answer>): Promise<Answer> {
  let answer = await asking();
  for (let tries = 1; answer.status !== 200 && tries < TRIES; tries++) {
    await setTimeout(LEFT_ALONE_MS);
    answer = await asking();
  }
  return answer;
}

function threadsOfKilled(): MuteReport['threads'] {
  const text = (path: string): string => {
    try {
      return readFileSync(path, 'latin1');
    } catch {
      return '';
    }
  };
  const threadsOf = (pid: number): string[] => {
    try {
      return readdirSync(`/proc/${pid}/task`);
    } catch {
      return [];
    }
  };
  // A dying process has lost its command line, but not its name. The others wait for pages now and then.
  const dying = childrenOf(daemon.pid).filter((pid) => text(`/proc/${pid}/cmdline`) === '');
  return dying.flatMap((pid) =>
    threadsOf(pid)
      .map((tid) => ({ state: /^State:\t(.)/m.exec(text(`/proc/${pid}/task/${tid}/status`))?.[1] ?? '', at: text(`/proc/${pid}/task/${tid}/wchan`) }))
      .filter(({ state }) => state === 'D'),
  );
}

// Both at once, so that both threads are started: a guest on a busy machine takes ten seconds to start one.
const [program1, file1] = await Promise.all([answered(() => program(pids[0])), answered(() => file(pids[1]))]);
const before = { program: program1, file: file1 };
await mute.command('mute');
const others = new Others();
const [first, second] = await Promise.all([program(pids[0]), file(pids[1])]);
const again = await program(pids[0]);
const counts = [await lingering(1)];
const next = await answered(() => program(process.pid));
for (let i = 2; i < SUBJECTS; i += 2) counts.push(await holdAnother(pids[i], pids[i + 1], i / 2 + 1));
const threads = threadsOfKilled();
const last = await program(process.pid);
await others.stop();
const began = performance.now();
const terminal = await run([procmap, `--pid=${pids[0]}`, '--no-log', '--verbose'], {}, '/', 60_000);
const terminalMs = Math.round(performance.now() - began);
const readers = [reader, childOf(daemon.pid, 'reader.js')] as const;
const stopping = performance.now();
const status = await daemon.stop();
const stop = { status, ms: Math.round(performance.now() - stopping) };
const report: MuteReport = {
  before,
  program: first,
  file: second,
  again,
  next,
  lingering: counts,
  threads,
  last,
  others: others.told,
  readers,
  terminal: { status: terminal.status, ms: terminalMs, stdout: terminal.stdout },
  stop,
  log: daemon.log,
};
process.stdout.write(JSON.stringify(report));
for (const child of subjects) child.kill('SIGKILL');
// Ends the file system, which releases all blocked processes; otherwise the guest could not be switched off.
await mute.stop();
process.exit(0);
