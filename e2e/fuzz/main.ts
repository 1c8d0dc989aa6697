import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { TARGETS } from './targets/index.ts';
import type { Task, Told } from './worker.ts';

/**
 * Coverage-guided mutation fuzzing of all code that reads untrusted data.
 *   --seconds=N   in all (600)     --seed=N   (default: random)     --only=NAME   one target
 *   --input=F     runs that file's bytes once, with --only
 */
const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '600' }, seed: { type: 'string' }, only: { type: 'string' }, input: { type: 'string' } },
});
const FOUND = join(import.meta.dirname, '..', '..', '.cache', 'fuzz');
const SHARED_BYTES = 8 + 64 * 1024;
/** Time limit for one input. */
const HANG_MS = 10_000;
const AT_ONCE = 2;
const seed = values.seed === undefined ? Date.now() % 2 ** 32 : Number(values.seed);
const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
if (targets.length === 0) throw new Error(`there is no target ${values.only ?? ''}; there are ${TARGETS.map(({ name }) => name).join(', ')}`);

/** Runs a target to its result. A target that hangs is ended, and fails with the current input. */
function run(name: string, ms: number): Promise<Told> {
  return new Promise((resolve, reject) => {
    const shared = new SharedArrayBuffer(SHARED_BYTES);
    const words = new Uint32Array(shared, 0, 2);
    const task: Task = { name, seed, ms, shared };
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: task });
    let begun = -1;
    let since = performance.now();
    const timer = setInterval(() => {
      const now = Atomics.load(words, 0);
      if (now !== begun) [begun, since] = [now, performance.now()];
      else if (begun > 0 && performance.now() - since > HANG_MS && performance.now() - since < 3 * HANG_MS) {
        clearInterval(timer);
        const input = new Uint8Array(shared, 8, words[1]).slice();
        void worker
          .terminate()
          .then(() => resolve({ runs: now, blocks: 0, corpus: 0, failure: { input, message: `one input takes more than ${HANG_MS / 1000} s` } }));
      }
    }, 500);
    worker.once('message', (told: Told) => {
      clearInterval(timer);
      resolve(told);
      void worker.terminate();
    });
    worker.once('error', (error) => {
      clearInterval(timer);
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

function report(name: string, ms: number, { runs, blocks, corpus, failure }: Told): boolean {
  process.stdout.write(
    `${name.padEnd(20)} ${String(runs).padStart(9)} runs ${String(Math.round((runs / ms) * 1000)).padStart(7)}/s ${String(blocks).padStart(5)} blocks ${String(corpus).padStart(5)} inputs\n`,
  );
  if (failure === null) return true;
  mkdirSync(FOUND, { recursive: true });
  const file = join(FOUND, `${name}-${seed}`);
  writeFileSync(file, failure.input);
  process.stdout.write(`\n${name} fails: ${failure.message}\n  input: ${JSON.stringify(Buffer.from(failure.input).toString('latin1').slice(0, 500))}\n`);
  process.stdout.write(`  again: make fuzz ARGS="--only=${name} --input=.cache/fuzz/${name}-${seed}", or --seed=${seed}\n\n`);
  return false;
}

if (values.input !== undefined) {
  const [target] = targets;
  await target?.run(readFileSync(values.input));
  process.stdout.write('it holds\n');
} else {
  process.stdout.write(`procmap: fuzzing ${targets.length} targets for ${values.seconds} s, seed ${seed}\n`);
  const ms = (Number(values.seconds) * 1000 * Math.min(AT_ONCE, targets.length)) / targets.length;
  const waiting = [...targets];
  const held: boolean[] = [];
  const lane = async (): Promise<void> => {
    for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) held.push(report(target.name, ms, await run(target.name, ms)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  process.exitCode = held.every(Boolean) ? 0 : 1;
}
