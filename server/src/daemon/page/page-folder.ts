import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { Fault } from '../../common/fault.ts';
import { log } from '../../common/log.ts';
import { copyPage, removeCopy, removeStaleCopies } from './page-copy.ts';
import { isPageOnly } from './page-files.ts';

const OTHERS_SEARCH = 0o001;
const OTHERS_READ = 0o004;

/** The folder from which a daemon's web processes serve the page, whatever user they run as. */
interface PageFolder {
  readonly path: string;
  /** Call when the daemon ends. */
  remove(): void;
}

/**
 * An installed page is served in place, if everybody can read it and it holds nothing else. A checkout is served from a copy, since it may be
 * closed to the web process and may be rebuilt at any time. The daemon makes the copy, not the web process: it outlives
 * a web process, so that the next one serves the same files; it can remove the copy; and the web process never needs
 * the right to write. `top`: the root folder of the installation or the checkout.
 */
export function pageFolder(top: string, root: boolean, node = process.execPath): PageFolder {
  const built = join(top, 'web', 'dist');
  const places = placesFor(root);
  removeStaleCopies(places);
  if (isInstalled(top, node) && isPageOnly(built) && isReadByAll(built)) return { path: built, remove: () => undefined };
  try {
    const path = copyPage(built, places, (copy) => !root || isReadByAll(copy));
    return { path, remove: () => removeCopy(path) };
  } catch (error) {
    // As in a container whose root is read-only: better a page that a build may change than none.
    if (!(error instanceof Fault) || !existsSync(built) || !isPageOnly(built) || (root && !isReadByAll(built))) throw error;
    log('warn', `${error.message}; it is served from ${built}`);
    return { path: built, remove: () => undefined };
  }
}

/**
 * Folders for a copy, best first. Root ignores the environment: others might rename or replace root's files in TMPDIR;
 * in /tmp they cannot.
 */
function placesFor(root: boolean): string[] {
  if (root) return ['/run', '/tmp'];
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? '';
  return [...(isAbsolute(runtime) ? [runtime] : []), tmpdir()];
}

/** An installation has its own Node beside the launcher (bin/procmap). */
function isInstalled(top: string, node: string): boolean {
  try {
    return realpathSync(join(top, 'bin', 'node')) === realpathSync(node);
  } catch {
    return false;
  }
}

function isReadByAll(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if (!allows(path, OTHERS_SEARCH)) return false;
    if (path === dirname(path)) break;
  }
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return (
    allows(folder, OTHERS_READ) &&
    entries.every((entry) => allows(join(entry.parentPath, entry.name), entry.isDirectory() ? OTHERS_READ | OTHERS_SEARCH : OTHERS_READ))
  );
}

function allows(path: string, bits: number): boolean {
  return (statSync(path).mode & bits) === bits;
}
