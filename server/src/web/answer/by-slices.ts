import { setImmediate } from 'node:timers/promises';

/** Longest time to generate an answer before other work gets a turn. */
const SLICE_MS = 20;

/**
 * Yields the same chunks in slices of time, so that a process with many or long names does not delay other work.
 * `turn`: lets the event loop run.
 */
export async function* bySlices(chunks: Iterable<string>, turn: () => Promise<unknown> = setImmediate): AsyncGenerator<string, void> {
  let began = performance.now();
  for (const chunk of chunks) {
    yield chunk;
    if (performance.now() - began < SLICE_MS) continue;
    await turn();
    began = performance.now();
  }
}

/** Joins all chunks. */
export async function wholeText(chunks: AsyncIterable<string>): Promise<string> {
  const all: string[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all.join('');
}
