import { setImmediate } from 'node:timers/promises';

/** A long answer is made for so long at once; then everybody else has a turn. */
const SLICE_MS = 20;

/** The same chunks, made in slices of time: names that a process chose, and many of them, hold up nobody else. `turn`: lets the event loop go on. */
export async function* bySlices(chunks: Iterable<string>, turn: () => Promise<unknown> = setImmediate): AsyncGenerator<string, void> {
  let began = performance.now();
  for (const chunk of chunks) {
    yield chunk;
    if (performance.now() - began < SLICE_MS) continue;
    await turn();
    began = performance.now();
  }
}

/** All of them as one text. */
export async function wholeText(chunks: AsyncIterable<string>): Promise<string> {
  const all: string[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all.join('');
}
