import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs';
import { beat } from '../common/beat.ts';
import { errnoName } from '../reader/procfs/process/outcome.ts';

/** O_PATH, which Node does not export: opens only the name, without reading the file or waiting at a FIFO. */
const O_PATH = 0o10000000;
/** The kernel's limit. */
const MAX_LINKS = 40;
/** Limit of folders that are open at the same time. */
const MAX_DEPTH = 200;
const ABSENT: Nowhere = { why: null };

/** The file that a path leads to. */
export interface FoundFile {
  /** Opened with O_PATH; the caller closes it. */
  readonly fd: number;
  readonly stat: BigIntStats;
}

/** The path leads nowhere. `why`: the reason not to follow it; null: nothing is there. */
interface Nowhere {
  readonly why: string | null;
}

/**
 * Decides if a walk may continue from a path below the root to `next`: returns the reason against it, or null. Called
 * before anything there is accessed.
 */
export type Barrier = (path: string, next: string | undefined) => string | null;

/**
 * Walks `path` from `root`, one component at a time. Symbolic links are resolved here, relative to that root: the
 * kernel would resolve an absolute one below /proc/PID/root from our own root. Each step starts at an open folder, so
 * that renames and new links meanwhile cannot redirect it. A missing file is a result; throws the system's error for
 * other failures, and if `root` does not exist.
 */
export function walk(root: string, path: string, barrier: Barrier): FoundFile | Nowhere {
  const folders: (FoundFile & { readonly name: string })[] = [];
  const enter = (found: FoundFile, name: string): void => void folders.push({ ...found, name });
  const leave = (): void => {
    const last = folders.pop();
    if (last !== undefined) closeSync(last.fd);
  };
  try {
    const rest = partsOf(path);
    const why = barrier('/', rest[0]);
    if (why !== null) return { why };
    enter(openPath(root, 'folder'), '');
    let links = 0;
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      if (name === '..') {
        // As in any file system, `..` of the root is the root.
        if (folders.length > 1) leave();
        continue;
      }
      const full = [...folders.map((folder) => folder.name), name].join('/');
      const here = barrier(full, rest[0]);
      if (here !== null) return { why: here };
      const step = Buffer.from(`/proc/self/fd/${folders.at(-1)?.fd}/${name}`, 'latin1');
      const found = openPath(step, 'name');
      if (found.stat.isDirectory()) {
        enter(found, name);
        if (folders.length > MAX_DEPTH) return { why: `its path is deeper than ${MAX_DEPTH} folders` };
      } else if (found.stat.isSymbolicLink()) {
        closeSync(found.fd);
        if (++links > MAX_LINKS) return { why: `its path leads through more than ${MAX_LINKS} symbolic links` };
        beat();
        const target = readlinkSync(step, 'buffer').toString('latin1');
        if (target.startsWith('/')) while (folders.length > 1) leave();
        rest.unshift(...partsOf(target));
      } else if (rest.length > 0) {
        closeSync(found.fd);
        return ABSENT;
      } else return found;
    }
    const last = folders.pop();
    return last ?? ABSENT;
  } catch (error) {
    const word = errnoName(error);
    if (folders.length > 0 && (word === 'ENOENT' || word === 'ENOTDIR')) return ABSENT;
    throw error;
  } finally {
    while (folders.length > 0) leave();
  }
}

/**
 * Opens a path. `name`: without following a last link. If stat(2) fails the file is closed again: a file system in user
 * space may have lost its server. Throws the system's error.
 */
export function openPath(path: string | Buffer, what: 'anything' | 'folder' | 'name'): FoundFile {
  beat();
  const fd =
    what === 'folder'
      ? openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | O_PATH)
      : what === 'name'
        ? openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | O_PATH)
        : openSync(path, constants.O_RDONLY | O_PATH);
  try {
    beat();
    return { fd, stat: fstatSync(fd, { bigint: true }) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
