import { closeSync, constants, fchownSync, openSync } from 'node:fs';
import { errnoName } from '../reader/procfs/process/outcome.ts';

/** It tells what address-space randomisation hides, to its owner only. */
export const OWNER_ONLY = 0o600;
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
 * Makes a file of the user's: under sudo of who called that. Returns its descriptor, or null where there is something of that name already, a link to nowhere among that:
 * only what has just been made is given away. `append`: each write goes to its end.
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
    // A file system without owners, or root without this right: it is root's then.
    if (errnoName(error) !== 'EPERM' && errnoName(error) !== 'EINVAL') throw error;
  }
}

/** (uid_t)-1 and (gid_t)-1 are nobody. */
const MAX_ID = 0xffff_fffe;

/** Who called sudo, as sudo(8) says it to root; null: nobody did. */
export function sudoId(name: 'SUDO_UID' | 'SUDO_GID'): number | null {
  const id = process.env[name] ?? '';
  return process.geteuid?.() === 0 && /^[0-9]{1,10}$/.test(id) && Number(id) <= MAX_ID ? Number(id) : null;
}
