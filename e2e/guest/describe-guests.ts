import { describe, it } from 'vitest';
import { whyNoGuest } from './guest.ts';
import { type Guest, type GuestName, GUESTS, wantedGuest } from './guests.ts';

/**
 * Defines a suite for each of these guests, like describe.each. Skips guests that cannot run here, and all but that of
 * GUEST=.
 */
export function describeGuests(names: readonly GuestName[], title: string, body: (guest: Guest) => void): void {
  const only = wantedGuest();
  const mine = GUESTS.filter(({ name }) => names.includes(name) && (only === null || only === name));
  for (const guest of mine) {
    const why = whyNoGuest(guest.arch);
    if (why !== null) process.stderr.write(`procmap: the tests in ${guest.name} are skipped: ${why}\n`);
    describe.skipIf(why !== null)(title.replace('$name', guest.name), () => body(guest));
  }
  // A file without any test would be an error.
  if (mine.length === 0) it.skip(`is about ${names.join(', ')}`);
}
