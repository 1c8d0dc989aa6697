import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const GROUP_OR_WORLD_WRITE = 0o022;

/**
 * The first of these scripts, their folders and everything above that somebody besides root could write, and so decide what root runs; null when
 * there is none. A group that can write counts, a sticky folder such as /tmp too. `trustedUid`: who called sudo, and is root as soon as he wants.
 */
export function writableByOthers(folders: readonly string[], trustedUid: number | null): string | null {
  const seen = new Set<string>();
  for (const folder of folders) {
    const real = realpathSync(folder);
    for (const entry of readdirSync(real)) if (isWritableByOthers(join(real, entry), trustedUid)) return join(real, entry);
    for (let path = real; !seen.has(path); path = dirname(path)) {
      seen.add(path);
      if (isWritableByOthers(path, trustedUid)) return path;
    }
  }
  return null;
}

function isWritableByOthers(path: string, trustedUid: number | null): boolean {
  const { uid, mode } = lstatSync(path);
  if (uid !== 0 && uid !== trustedUid) return true;
  const isLink = (mode & 0o170000) === 0o120000;
  return !isLink && (mode & GROUP_OR_WORLD_WRITE) !== 0;
}

/** (uid_t)-1 is no user. */
const MOST_UID = 0xffff_fffe;

/** SUDO_UID, as sudo(8) sets it for root; null: nobody called sudo. */
export function sudoUid(): number | null {
  const uid = process.env['SUDO_UID'] ?? '';
  return process.geteuid?.() === 0 && /^[0-9]{1,10}$/.test(uid) && Number(uid) <= MOST_UID ? Number(uid) : null;
}
