import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs';
import { beat } from '../common/beat.ts';
import { errnoName } from '../reader/procfs/process/outcome.ts';

/** A flag of opening: a name for what lies there, which neither reads nor opens it, and waits for no one at a FIFO. Node does not name it. */
const O_PATH = 0o10000000;
/** As the kernel follows. */
const MAX_LINKS = 40;
/** Folders that are held open at once. */
const MAX_DEPTH = 200;
const ABSENT: Nowhere = { why: null };

/** What lies at a path. */
export interface FoundFile {
  /** Of O_PATH; whoever asked closes it. */
  readonly fd: number;
  readonly stat: BigIntStats;
}

/** The path leads nowhere: why it was not followed; null: nothing is there. */
export interface Nowhere {
  readonly why: string | null;
}

/** What keeps a walk from going on at a path below the root, to `next` in it: a reason; null: nothing. It is called before anything there is touched. */
export type Barrier = (path: string, next: string | undefined) => string | null;

/**
 * Walks `path` from `root` by one component at a time. Symbolic links are resolved here, against that root: to the kernel an absolute one below /proc/PID/root leads to
 * our own. Each step starts at an open folder, so that nothing that is renamed or linked meanwhile leads elsewhere. Throws the system's error of what is no answer, and where there is no such root.
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
        // The root is above itself.
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

/** `name`: what has that name, be it a link. Nothing stays open where it cannot be looked at: a file system in user space may have lost its server. Throws the system's error. */
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
