import { isDeepStrictEqual } from 'node:util';

/**
 * Compares an answer with the kernel's figures before and after it. Other processes change the PSS even of a stopped
 * process, if only for a moment, so one match is enough.
 */
export async function compare<K, A>(kernel: () => K, ask: () => Promise<A>, check: (answer: A, kernel: K) => void): Promise<void> {
  let wrong: unknown = new Error('what the kernel says does not hold still');
  for (let tries = 0; tries < 10; tries++) {
    const before = kernel();
    const answer = await ask();
    if (!isDeepStrictEqual(before, kernel())) continue;
    try {
      check(answer, before);
      return;
    } catch (error) {
      wrong = error;
    }
  }
  throw wrong;
}
