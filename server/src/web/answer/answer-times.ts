import type { ServerResponse } from 'node:http';

/** For how long nothing of an answer need be taken. */
export const PATIENCE_MS = 10_000;
/** For how long an answer may be under way in all: who takes a little now and then keeps as much as who takes nothing. */
const MAX_MS = 300_000;

/** Whoever takes an answer too slowly loses the connection: else he keeps his place, and all that the answer is made of. `isPaced`: it is sent as it comes, which may be seldom. */
export function limitAnswer(response: ServerResponse, isPaced: boolean, mostMs = MAX_MS, patienceMs = PATIENCE_MS): void {
  const late = setTimeout(() => response.destroy(), mostMs);
  response.once('close', () => clearTimeout(late));
  if (!isPaced) response.setTimeout(patienceMs, () => response.destroy());
}
