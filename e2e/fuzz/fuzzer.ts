import { Coverage } from './coverage.ts';
import { Mutator } from './mutator.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';

/** Runs between two looks at the coverage: a look takes as long as many runs. */
const BATCH = 64;
const MAX_CORPUS = 4096;

export interface Outcome {
  readonly runs: number;
  readonly blocks: number;
  readonly corpus: number;
  /** null: none was found. */
  readonly failure: { readonly input: Buffer; readonly message: string } | null;
}

/**
 * Runs a target on mutated inputs until `isOver`. Inputs that reach new code are mutated further. `begin` is called
 * with each input before it runs.
 */
export async function fuzz(target: Target, seed: number, isOver: () => boolean, begin: (input: Buffer) => void): Promise<Outcome> {
  const random = new Random(seed);
  const mutator = new Mutator(random, target.words);
  const coverage = new Coverage();
  const corpus: Buffer[] = [];
  let runs = 0;
  const end = (failure: Outcome['failure']): Outcome => ({ runs, blocks: coverage.blocks, corpus: corpus.length, failure });

  async function failureOf(input: Buffer): Promise<string | null> {
    begin(input);
    runs++;
    try {
      await target.run(input);
      return null;
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }

  for (const input of target.seeds()) {
    const message = await failureOf(input);
    if (message !== null) return end({ input, message });
    corpus.push(input);
  }
  coverage.grew();
  while (!isOver()) {
    const batch: Buffer[] = [];
    for (let i = 0; i < BATCH; i++) {
      const input = mutator.mutate(corpus);
      const message = await failureOf(input);
      if (message !== null) return end({ input, message });
      batch.push(input);
    }
    if (!coverage.grew()) continue;
    // One or several of the batch reached it. A second run does not tell which, so some of them are kept.
    if (corpus.length < MAX_CORPUS) corpus.push(random.of(batch), random.of(batch), ...batch.filter(() => random.below(8) === 0));
  }
  return end(null);
}

/** Shrinks a failing input: leaves out pieces while it still fails. */
export async function smaller(target: Target, input: Buffer, isOver: () => boolean): Promise<Buffer> {
  let best = input;
  for (let piece = Math.ceil(best.length / 2); piece >= 1 && !isOver(); piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let at = 0; at < best.length && !isOver();) {
      const without = Buffer.concat([best.subarray(0, at), best.subarray(at + piece)]);
      if (await fails(target, without)) best = without;
      else at += piece;
    }
  }
  return best;
}

async function fails(target: Target, input: Buffer): Promise<boolean> {
  try {
    await target.run(input);
    return false;
  } catch {
    return true;
  }
}
