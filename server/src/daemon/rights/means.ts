import { readFileSync } from 'node:fs';
import { READER_UID } from '../../common/confinement.ts';
import { type OwnStatus, readOwnStatus } from '../../common/own-status.ts';
import { WEB_UID } from '../../web/start/drop.ts';

/** What this process could do for its children: the rights that a container, a unit or a user namespace has left to it. */
export interface Means {
  readonly root: boolean;
  readonly uid: number;
  /** Capabilities that it has and may hand on. */
  readonly held: ReadonlySet<string>;
  /** Those that its children have without root, unless they are taken from them. */
  readonly ambient: readonly string[];
  /** Of the two users that procmap runs as: those that this user namespace does not have. */
  readonly missingIds: readonly number[];
  /** Whether groups may be changed at all (user_namespaces(7)). */
  readonly setgroups: boolean;
}

export function readMeans(): Means {
  return meansOf(readOwnStatus(), { uid: read('uid_map'), gid: read('gid_map') }, read('setgroups'));
}

/** `maps`, `setgroups`: the files of /proc/self of these names. */
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

/** A kernel without user namespaces has no such file, and every user. */
function read(name: 'uid_map' | 'gid_map' | 'setgroups'): string {
  try {
    return readFileSync(`/proc/self/${name}`, 'latin1');
  } catch {
    return name === 'setgroups' ? 'allow' : '0 0 4294967295';
  }
}
