import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Folder for downloads, some hundred megabytes: outside of the checkout, so that all checkouts share it, and kept by
 * `make distclean`.
 */
export const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'procmap');
/** Folder for files built from this checkout for its guests. */
export const BUILT = join(import.meta.dirname, '..', '..', '..', '.cache', 'guest');
