import { closeSync, constants, fchownSync, openSync } from 'node:fs';
import { errnoName } from '../../reader/procfs/process/outcome.ts';

/** Only for the owner: the file reveals what address space randomisation hides. */
const OWNER_ONLY = 0o600;
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Creates a file that belongs to the user, under sudo to whoever ran it. Returns its descriptor; null if the name
 * exists, even as a dangling link, since only a newly created file may change its owner. `append`: each write goes to
 * the end.
 */
export function createFile(path: string, append: boolean): number | null {
  let file: number;
  try {
    file = openSync(path, append ? FLAGS | constants.O_APPEND : FLAGS, OWNER_ONLY);
  } catch (error) {
    if (errnoName(error) === 'EEXIST') return null;
    throw error;
  }
  try {
    giveToSudoUser(file);
  } catch (error) {
    closeSync(file);
    throw error;
  }
  return file;
}

function giveToSudoUser(file: number): void {
  const uid = sudoId('SUDO_UID');
  if (uid === null) return;
  try {
    fchownSync(file, uid, sudoId('SUDO_GID') ?? process.getegid?.() ?? 0);
  } catch (error) {
    // On a file system without owners, or if root lacks this right, the file remains root's.
    if (errnoName(error) !== 'EPERM' && errnoName(error) !== 'EINVAL') throw error;
  }
}

/** (uid_t)-1 and (gid_t)-1 are not valid ids. */
const MAX_ID = 0xffff_fffe;

/** The user or group that ran sudo, from the variables that sudo(8) sets for root; null: sudo was not used. */
export function sudoId(name: 'SUDO_UID' | 'SUDO_GID'): number | null {
  const id = process.env[name] ?? '';
  return process.geteuid?.() === 0 && /^[0-9]{1,10}$/.test(id) && Number(id) <= MAX_ID ? Number(id) : null;
}
