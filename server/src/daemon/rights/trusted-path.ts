import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownGroup } from './own-group.ts';

const GROUP_WRITE = 0o020;
const WORLD_WRITE = 0o002;
const STICKY = 0o1000;

/** Who besides root may decide what root runs. */
export interface Trust {
  /** Who called sudo, and is root as soon as he wants. */
  readonly uid: number | null;
  /** His primary group, if nobody else is in it. */
  readonly gid: number | null;
}

/** SUDO_UID's user and his group; nobody, where sudo was not called. */
export function sudoTrust(): Trust {
  const uid = sudoUid();
  return { uid, gid: uid === null ? null : ownGroup(uid) };
}

/**
 * The first of these scripts, their folders and everything above that somebody besides root could write, and so decide what root runs; null when
 * there is none. Above them a sticky folder such as /tmp is harmless: nobody else renames or replaces what is root's in it. .toolchain/checkout/writable.sh has
 * the same rules, for what is not yet built.
 */
export function writableByOthers(folders: readonly string[], trust: Trust): string | null {
  const seen = new Set<string>();
  /** By a trusted group, as far as the mode says. */
  const byGroup: string[] = [];
  const isOpen = (path: string, sticky: boolean): boolean => {
    const stats = lstatSync(path);
    if (stats.uid !== 0 && stats.uid !== trust.uid) return true;
    if (stats.isSymbolicLink() || (sticky && (stats.mode & STICKY) !== 0)) return false;
    if (isOpenToGroup(stats, trust.gid)) return true;
    if ((stats.mode & GROUP_WRITE) !== 0) byGroup.push(path);
    return false;
  };
  for (const folder of folders) {
    const real = realpathSync(folder);
    for (const entry of readdirSync(real)) if (isOpen(join(real, entry), false)) return join(real, entry);
    if (isOpen(real, false)) return real;
    for (let path = dirname(real); !seen.has(path); path = dirname(path)) {
      seen.add(path);
      if (isOpen(path, true)) return path;
    }
  }
  return withAcl(byGroup);
}

function isOpenToGroup({ mode, gid }: Stats, ownGid: number | null): boolean {
  return (mode & WORLD_WRITE) !== 0 || ((mode & GROUP_WRITE) !== 0 && gid !== ownGid);
}

/** The first that has an access control list, by which others may write what its mode calls the group's. Node does not see these, ls(1) does. */
function withAcl(paths: readonly string[]): string | null {
  if (paths.length === 0) return null;
  const { status, stdout } = spawnSync('/bin/ls', ['-dn', '--', ...paths], { encoding: 'utf8', env: { LC_ALL: 'C' } });
  // Of what cannot be told we think the worst.
  if (status !== 0) return paths[0] ?? null;
  const line = stdout.split('\n').find((text) => text[10] === '+');
  return line === undefined ? null : (paths.find((path) => line.endsWith(` ${path}`)) ?? line);
}

/** (uid_t)-1 is no user. */
const MAX_UID = 0xffff_fffe;

/** SUDO_UID, as sudo(8) sets it for root; null: nobody called sudo. */
export function sudoUid(): number | null {
  const uid = process.env['SUDO_UID'] ?? '';
  return process.geteuid?.() === 0 && /^[0-9]{1,10}$/.test(uid) && Number(uid) <= MAX_UID ? Number(uid) : null;
}
