import { type BigIntStats, closeSync } from 'node:fs';
import { escapeBytes } from '@procmap/shared/escape.ts';
import type { FileState } from '@procmap/shared/file-now.ts';
import { errnoName } from '../reader/outcome.ts';
import type { FileRoot } from './file-root.ts';
import { likenessOf } from './likeness.ts';
import type { MappedName } from './mapped-name.ts';
import type { MappedRow } from './mapped-row.ts';
import { type Barrier, type Found, walk } from './walk.ts';

/** What a look at the path came to. */
export interface Sight {
  readonly state: Exclude<FileState, 'never_named'>;
  readonly reason: string | null;
  /** Of `same`: it; whoever asked closes it. */
  readonly found: Found | null;
}

/** Looks at the path of a mapping's file, which `root` was found for. `asks`: see readFileNow(). */
export function sightOf(row: MappedRow, { path, before }: MappedName, root: FileRoot, asks: (fileSystem: string) => void): Sight {
  const { mounts } = root;
  const barrier: Barrier = (point, next) => {
    const type = mounts.at(point)?.type;
    if (type !== undefined) asks(escapeBytes(Buffer.from(type, 'latin1')));
    // To go on would have somebody mount something, but to what is mounted there already.
    return type === 'autofs' && (next === undefined || mounts.at(`${point === '/' ? '' : point}/${next}`) === null)
      ? 'its path leads to what is not mounted at the moment'
      : null;
  };
  const lookAt = (below: string): Sight => {
    try {
      const found = walk(root.folder, below, barrier);
      if ('fd' in found) return sightOfFound(row, found, root);
      return found.why === null ? { state: 'gone', reason: null, found: null } : unknown(found.why);
    } catch (error) {
      return unknown(whyNot(error, 'its path cannot be followed'));
    }
  };
  const now = lookAt(root.path);
  // What ends as the kernel marks a deleted file may be its name.
  if (before !== null) return now.state === 'same' ? now : lookAt(root.path.slice(0, before.length - path.length));
  // Not deleted, and yet not there: its path may be one of elsewhere. Of overlayfs older kernels tell a device that nobody sees.
  const isElsewhere = (now.state === 'gone' || now.state === 'replaced') && !mounts.has(row.device) && !mounts.hasType('overlay');
  return isElsewhere ? unknown('its file system is not mounted there any more') : now;
}

function sightOfFound(row: MappedRow, found: Found, { mounts }: FileRoot): Sight {
  let likeness: boolean | null = null;
  try {
    likeness = likenessOf(row, found, mounts);
  } finally {
    if (likeness !== true) closeSync(found.fd);
  }
  if (likeness === null) return unknown('its inode is the same, but it may be of another file system');
  return likeness ? { state: 'same', reason: null, found } : { state: 'replaced', reason: otherThanFile(found.stat), found: null };
}

/** What lies there if no file does. */
function otherThanFile(stat: BigIntStats): string | null {
  if (stat.isFile()) return null;
  if (stat.isDirectory()) return 'a folder lies there now';
  if (stat.isFIFO()) return 'a named pipe lies there now';
  return stat.isSocket() ? 'a socket lies there now' : 'a device lies there now';
}

function unknown(reason: string): Sight {
  return { state: 'unknown', reason, found: null };
}

/** In words, of an error of the system. */
export function whyNot(error: unknown, what: string): string {
  const word = errnoName(error);
  if (word === 'EACCES' || word === 'EPERM') return `${what}: procmap has no right to`;
  if (word === '') throw error;
  return `${what}: ${word}`;
}
