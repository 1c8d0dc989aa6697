import { type BigIntStats, closeSync } from 'node:fs';
import { escapeBytes } from '@procmap/shared/text/escape.ts';
import type { FileState } from '@procmap/shared/files/file-now.ts';
import { byLivingThreadNow } from '../reader/procfs/process/alive.ts';
import type { FileRoot } from './file-root.ts';
import { likenessOf, mountOf } from './likeness.ts';
import type { MappedName } from './mapped-name.ts';
import type { MappedRow } from './mapped-row.ts';
import { whyNot } from './system-error.ts';
import { type Barrier, type FoundFile, walk } from './walk.ts';

/** The result of looking up a path. */
interface FileSight {
  readonly state: Exclude<FileState, 'never_named'>;
  readonly reason: string | null;
  /** For `same` and `replaced`: the file at the path, if any; the caller closes it. */
  readonly found: FoundFile | null;
  /** For `replaced`: the file is on overlayfs. */
  readonly onOverlay: boolean;
}

/** Looks up the path of a mapping's file below `root`. `asks`: see readFileNow(). */
export function sightOf(pid: number, row: MappedRow, { path, before }: MappedName, root: FileRoot, asks: (fileSystem: string) => void): FileSight {
  const { mounts } = root;
  const barrier: Barrier = (point, next) => {
    const type = mounts.at(point)?.type;
    if (type !== undefined) asks(escapeBytes(Buffer.from(type, 'latin1')));
    // Going on would trigger an automount, unless something is already mounted there.
    return type === 'autofs' && (next === undefined || mounts.at(`${point === '/' ? '' : point}/${next}`) === null)
      ? 'its path leads to a file system that is not mounted now'
      : null;
  };
  const lookAt = (below: string): FileSight => {
    try {
      const found = byLivingThreadNow(pid, (teller) => walk(root.folder(teller), below, barrier));
      if ('fd' in found) return sightOfFound(row, found, root);
      return found.why === null ? { state: 'gone', reason: null, found: null, onOverlay: false } : unknown(found.why);
    } catch (error) {
      return unknown(whyNot(error, 'its path cannot be followed'));
    }
  };
  const now = lookAt(root.path);
  // The kernel's mark of a deleted file may also be part of the name, so the full name is tried first.
  if (before !== null) {
    if (now.state === 'same') return now;
    if (now.found !== null) closeSync(now.found.fd);
    return lookAt(root.path.slice(0, before.length - path.length));
  }
  // The file is missing without being marked as deleted, so its path belongs to another mount namespace. Exception: on
  // overlayfs, older kernels report a device that appears in no mount table.
  const isElsewhere = (now.state === 'gone' || (now.state === 'replaced' && !now.onOverlay)) && !mounts.has(row.device);
  if (!isElsewhere) return now;
  if (now.found !== null) closeSync(now.found.fd);
  return unknown('its file system is not mounted there any more');
}

function sightOfFound(row: MappedRow, found: FoundFile, { mounts }: FileRoot): FileSight {
  let isKept = false;
  try {
    const likeness = likenessOf(row, found, mounts);
    if (likeness === null) return unknown('its inode is the same, but it may be of another file system');
    const onOverlay = mountOf(found.fd, mounts)?.type === 'overlay';
    isKept = likeness || found.stat.isFile();
    const reason = likeness ? null : otherThanFile(found.stat);
    return { state: likeness ? 'same' : 'replaced', reason, found: isKept ? found : null, onOverlay };
  } finally {
    if (!isKept) closeSync(found.fd);
  }
}

/** The reason if something else than a file is there. */
function otherThanFile(stat: BigIntStats): string | null {
  if (stat.isFile()) return null;
  if (stat.isDirectory()) return 'a folder lies there now';
  if (stat.isFIFO()) return 'there is a named pipe now';
  return stat.isSocket() ? 'a socket lies there now' : 'a device lies there now';
}

function unknown(reason: string): FileSight {
  return { state: 'unknown', reason, found: null, onOverlay: false };
}
