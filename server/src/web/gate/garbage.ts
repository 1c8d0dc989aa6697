import { collect } from '../../common/garbage.ts';

/** A flood of connections leaves hundreds of megabytes, which stay when nothing happens after it: so many that ended are enough, once in so long. */
const ENOUGH_CONNECTIONS = 1000;
const CONNECTIONS_MS = 1000;

let connections = 0;
let timer: NodeJS.Timeout | undefined;

/** Notes that a connection ended. */
export function noteConnection(): void {
  if (++connections < ENOUGH_CONNECTIONS || timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    connections = 0;
    collect();
  }, CONNECTIONS_MS).unref();
}
