import { readdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { copyPage, removeCopy, removeStaleCopies } from './page-copy.ts';

const OTHERS_SEARCH = 0o001;
const OTHERS_READ = 0o004;

/** Where the web processes of a daemon find the page, whoever they are. */
export interface PageFolder {
  readonly path: string;
  /** When the daemon ends. */
  remove(): void;
}

/**
 * What is installed is served from where it is, if everybody can read it. Of a checkout, which may be closed to the web process and be built anew at any time, a copy is served.
 * The daemon makes it, not the web process: it lives longer, so that a web process that follows another serves the same files, it takes the copy away again, and the web process needs
 * no right to write at any time. `top`: of what is installed, or of the checkout.
 */
export function pageFolder(top: string, root: boolean, node = process.execPath): PageFolder {
  const built = join(top, 'web', 'dist');
  const places = placesFor(root);
  removeStaleCopies(places);
  if (isInstalled(top, node) && isReadByAll(built)) return { path: built, remove: () => undefined };
  const path = copyPage(built, places);
  return { path, remove: () => removeCopy(path) };
}

/** Folders for a copy, the best first. Root does not go where the environment leads: TMPDIR may be a folder in which others rename and replace what is root's; in /tmp nobody can. */
function placesFor(root: boolean): string[] {
  if (root) return ['/run', '/tmp'];
  const runtime = process.env['XDG_RUNTIME_DIR'] ?? '';
  return [...(isAbsolute(runtime) ? [runtime] : []), tmpdir()];
}

/** What is installed has its own Node beside it (bin/procmap). */
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
