import type { Writable } from 'node:stream';

/**
 * Waits until a full stream has room again. Resolves to true, or to false after `mostMs`. Rejects if it is closed
 * meanwhile.
 */
export function drained(stream: Writable, mostMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const done = (how: () => void) => (): void => {
      clearTimeout(timer);
      stream.off('drain', emptied).off('close', closed);
      how();
    };
    const emptied = done(() => resolve(true));
    const closed = done(() => reject(new Error('the client has gone')));
    const timer = setTimeout(
      done(() => resolve(false)),
      mostMs,
    );
    stream.on('drain', emptied).on('close', closed);
  });
}
