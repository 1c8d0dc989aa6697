import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where downloads are kept, some hundred megabytes: outside of the checkout, so that each other one has them too, and `make distclean` leaves them.
 */
export const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'procmap');
/** What is built of this checkout for its guests. */
export const BUILT = join(import.meta.dirname, '..', '..', '..', '.cache', 'guest');
