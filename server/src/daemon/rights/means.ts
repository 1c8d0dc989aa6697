import { readFileSync } from 'node:fs';
import { READER_UID } from '../../common/confinement.ts';
import { type OwnStatus, readOwnStatus } from '../../common/own-status.ts';
import { WEB_UID } from '../../web/start/drop.ts';

/** Rights that this process could give its children, as a container, a unit or a user namespace limits them. */
export interface Means {
  readonly root: boolean;
  readonly uid: number;
  /** Capabilities that it has and may pass on. */
  readonly held: ReadonlySet<string>;
  /** Capabilities that children inherit without root, unless removed. */
  readonly ambient: readonly string[];
  /** The uids of procmap's processes that do not exist in this user namespace. */
  readonly missingIds: readonly number[];
  /** This user namespace allows changing groups (user_namespaces(7)). */
  readonly setgroups: boolean;
}

export function readMeans(): Means {
  return meansOf(readOwnStatus(), { uid: read('uid_map'), gid: read('gid_map') }, read('setgroups'));
}

/** `maps`, `setgroups`: contents of the files of these names in /proc/self. */
export function meansOf(own: OwnStatus, maps: { readonly uid: string; readonly gid: string }, setgroups: string): Means {
  const uid = own.uids[1] ?? 0;
  return {
    root: uid === 0,
    uid,
    held: new Set(own.permitted.filter((name) => own.bounding.includes(name))),
    ambient: own.ambient,
    missingIds: [READER_UID, WEB_UID].filter((id) => !isMapped(id, maps.uid) || !isMapped(id, maps.gid)),
    setgroups: setgroups.trim() !== 'deny',
  };
}

/** Lines `first-inside first-outside count`. */
function isMapped(id: number, map: string): boolean {
  return map.split('\n').some((line) => {
    const [first = NaN, , count = NaN] = line.trim().split(/\s+/).map(Number);
    return id >= first && id < first + count;
  });
}

/** A kernel without user namespaces has no such files; all users exist then. */
function read(name: 'uid_map' | 'gid_map' | 'setgroups'): string {
  try {
    return readFileSync(`/proc/self/${name}`, 'latin1');
  } catch {
    return name === 'setgroups' ? 'allow' : '0 0 4294967295';
  }
}
