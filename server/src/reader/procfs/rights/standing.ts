import { statSync } from 'node:fs';
import { READER_UID } from '../../../common/confinement.ts';
import { type OwnStatus, readOwnStatus } from '../../../common/own-status.ts';

/** The environment and rights of this process, which determine how to get a missing right. */
export interface Standing {
  readonly effective: readonly string[];
  /** Started by root, even if it has changed its user since. */
  readonly root: boolean;
  /** Runs in a container: missing rights must be given to the container. */
  readonly container: boolean;
  /** Runs in a user namespace other than the first: its capabilities only apply to objects of that namespace. */
  readonly nested: boolean;
  /** All visible processes belong to this user namespace, judging by process 1. */
  readonly ownProc: boolean;
}

/** Inode numbers of the first namespaces; the same in every kernel (include/linux/proc_ns.h). */
const FIRST = { uts: 0xefff_fffe, user: 0xefff_fffd, pid: 0xefff_fffc } as const;

/** Docker and Podman create one of these. A virtual machine built from a container image has it too. */
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv'] as const;

export function readStanding(own: OwnStatus = readOwnStatus()): Standing {
  const nested = isInOther('user');
  return {
    effective: own.effective,
    root: own.uids[1] === 0 || own.uids[1] === READER_UID,
    // A container that shares the host's processes still has its own host name.
    container: isInOther('pid') || (isInOther('uts') && CONTAINER_FILES.some((path) => inodeOf(path) !== null)),
    nested,
    ownProc: !nested || inodeOf('/proc/1/ns/user') === inodeOf('/proc/self/ns/user'),
  };
}

/** True in a namespace other than the first; false if the kernel has no such namespaces. */
function isInOther(namespace: keyof typeof FIRST): boolean {
  const inode = inodeOf(`/proc/self/ns/${namespace}`);
  return inode !== null && inode !== FIRST[namespace];
}

/** null: it does not exist, or may not be read. */
function inodeOf(path: string): number | null {
  try {
    return statSync(path).ino;
  } catch {
    return null;
  }
}

/** True if this process may read the map of every visible process, as far as the kernel's own rules go. */
export function readsAll({ effective, ownProc }: Standing = readStanding()): boolean {
  return effective.includes('CAP_SYS_PTRACE') && ownProc;
}
