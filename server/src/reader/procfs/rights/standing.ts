import { statSync } from 'node:fs';
import { READER_UID } from '../../../common/confinement.ts';
import { type OwnStatus, readOwnStatus } from '../../../common/own-status.ts';

/** Where this process stands, and so what would help where it may not read something. */
export interface Standing {
  readonly effective: readonly string[];
  /** Root started it, whoever it is by now. */
  readonly root: boolean;
  /** In a container: what is missing has to be given to that. */
  readonly container: boolean;
  /** In another user namespace than the first: its capabilities count for what belongs to that one alone. */
  readonly nested: boolean;
  /** No process of /proc lies outside of this user namespace, as far as its first one tells. */
  readonly ownProc: boolean;
}

/** Inode numbers of the first namespaces, in every kernel (include/linux/proc_ns.h). */
const FIRST = { uts: 0xefff_fffe, user: 0xefff_fffd, pid: 0xefff_fffc } as const;

/** Docker and Podman leave one of these. A virtual machine that was made of an image for them has it, too. */
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv'] as const;

export function readStanding(own: OwnStatus = readOwnStatus()): Standing {
  const nested = isInOther('user');
  return {
    effective: own.effective,
    root: own.uids[1] === 0 || own.uids[1] === READER_UID,
    // One that shares the host's processes has a host name of its own.
    container: isInOther('pid') || (isInOther('uts') && CONTAINER_FILES.some((path) => inodeOf(path) !== null)),
    nested,
    ownProc: !nested || inodeOf('/proc/1/ns/user') === inodeOf('/proc/self/ns/user'),
  };
}

/** In another one than the first; false where the kernel has no such namespaces. */
function isInOther(namespace: keyof typeof FIRST): boolean {
  const inode = inodeOf(`/proc/self/ns/${namespace}`);
  return inode !== null && inode !== FIRST[namespace];
}

/** null: there is none, or it may not be looked at. */
function inodeOf(path: string): number | null {
  try {
    return statSync(path).ino;
  } catch {
    return null;
  }
}

/** True when this process may read the map of any process that it sees, as far as the kernel's own rules go. */
export function readsAll({ effective, ownProc }: Standing = readStanding()): boolean {
  return effective.includes('CAP_SYS_PTRACE') && ownProc;
}
