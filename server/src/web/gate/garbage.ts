import { collect } from '../../common/garbage.ts';

/**
 * After a flood of connections, hundreds of megabytes of garbage stay if nothing else happens. So a collection follows
 * after this many closed connections, at most once per period.
 */
const ENOUGH_CONNECTIONS = 1000;
const CONNECTIONS_MS = 1000;

let connections = 0;
let timer: NodeJS.Timeout | undefined;

/** Counts a closed connection. */
export function noteConnection(): void {
  if (++connections < ENOUGH_CONNECTIONS || timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    connections = 0;
    collect();
  }, CONNECTIONS_MS).unref();
}
