import type { ServerResponse } from 'node:http';

/** Longest time that a client may read nothing of an answer. */
export const PATIENCE_MS = 10_000;
/**
 * Longest time of a whole answer: a client that reads a little now and then occupies as much as one that reads nothing.
 */
const MAX_MS = 300_000;

/**
 * Closes the connection of a client that reads too slowly; otherwise it would hold its place and the data of its
 * answer. `isPaced`: the answer is sent as data comes, which may be seldom.
 */
export function limitAnswer(response: ServerResponse, isPaced: boolean, mostMs = MAX_MS, patienceMs = PATIENCE_MS): void {
  const late = setTimeout(() => response.destroy(), mostMs);
  response.once('close', () => clearTimeout(late));
  if (!isPaced) response.setTimeout(patienceMs, () => response.destroy());
}
