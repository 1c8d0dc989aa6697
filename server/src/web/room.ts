import type { Writable } from 'node:stream';

/** A client that takes nothing for so long has gone, or means harm. */
const PATIENCE_MS = 10_000;

/** Waits until a full stream has room again; destroys it, and rejects, when that takes too long. Rejects when it is closed meanwhile. */
export function roomIn(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (how: () => void) => (): void => {
      clearTimeout(timer);
      stream.off('drain', drained).off('close', closed);
      how();
    };
    const drained = done(resolve);
    const closed = done(() => {
      reject(new Error('the client has gone'));
    });
    const timer = setTimeout(() => {
      stream.destroy();
    }, PATIENCE_MS);
    stream.on('drain', drained).on('close', closed);
  });
}
