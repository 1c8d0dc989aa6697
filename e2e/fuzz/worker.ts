import { parentPort, workerData } from 'node:worker_threads';
import { fuzz, type Outcome, smaller } from './fuzzer.ts';
import { TARGETS } from './targets/index.ts';

/** Fuzzes one target in a thread that can be ended if it hangs. */
export interface Task {
  readonly name: string;
  readonly seed: number;
  readonly ms: number;
  /** u32 runs begun, u32 length of the input, the input. */
  readonly shared: SharedArrayBuffer;
}

/** The worker's last message, with an input as bytes. */
export interface Told extends Omit<Outcome, 'failure'> {
  readonly failure: { readonly input: Uint8Array; readonly message: string } | null;
}

const SMALLER_MS = 5000;
const { name, seed, ms, shared } = workerData as Task;
const target = TARGETS.find((each) => each.name === name);
if (target === undefined) throw new Error(`there is no target ${name}`);
const words = new Uint32Array(shared, 0, 2);
const bytes = new Uint8Array(shared, 8);
const endsAt = performance.now() + ms;
const outcome = await fuzz(
  target,
  seed,
  () => performance.now() > endsAt,
  (input) => {
    bytes.set(input.subarray(0, bytes.length));
    words[1] = input.length;
    Atomics.add(words, 0, 1);
  },
);
const smallerUntil = performance.now() + SMALLER_MS;
const failure =
  outcome.failure === null ? null : { ...outcome.failure, input: await smaller(target, outcome.failure.input, () => performance.now() > smallerUntil) };
parentPort?.postMessage({ ...outcome, failure } satisfies Told);
