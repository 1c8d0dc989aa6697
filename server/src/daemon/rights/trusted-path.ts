import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownGroup } from './own-group.ts';

const GROUP_WRITE = 0o020;
const WORLD_WRITE = 0o002;
const STICKY = 0o1000;

/** A user and group, besides root, that may decide what root runs. */
export interface Trust {
  /** The user who ran sudo, and so can become root anyway. */
  readonly uid: number | null;
  /** That user's primary group, if nobody else is in it. */
  readonly gid: number | null;
}

/** The user of SUDO_UID and their group; null without sudo. */
export function sudoTrust(): Trust {
  const uid = sudoUid();
  return { uid, gid: uid === null ? null : ownGroup(uid) };
}

/**
 * The first file or folder that somebody besides root could write, and so decide what root runs; null if there is none.
 * Checks these folders, their scripts and every folder above. A sticky folder above, such as /tmp, is harmless: nobody
 * else can rename or replace root's files there. .toolchain/checkout/writable.sh applies the same rules before anything
 * is built.
 */
export function writableByOthers(folders: readonly string[], trust: Trust): string | null {
  const seen = new Set<string>();
  /** Writable by a trusted group, as far as the mode tells. */
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

/**
 * The first path with an access control list, which may allow others to write what looks like the group's permission.
 * Node does not show these lists, ls(1) does.
 */
function withAcl(paths: readonly string[]): string | null {
  if (paths.length === 0) return null;
  const { status, stdout } = spawnSync('/bin/ls', ['-dn', '--', ...paths], { encoding: 'utf8', env: { LC_ALL: 'C' } });
  // If it is unknown, assume the worst.
  if (status !== 0) return paths[0] ?? null;
  const line = stdout.split('\n').find((text) => text[10] === '+');
  return line === undefined ? null : (paths.find((path) => line.endsWith(` ${path}`)) ?? line);
}

/** (uid_t)-1 is no user. */
const MAX_UID = 0xffff_fffe;

/** SUDO_UID, as sudo(8) sets it for root; null without sudo. */
export function sudoUid(): number | null {
  const uid = process.env['SUDO_UID'] ?? '';
  return process.geteuid?.() === 0 && /^[0-9]{1,10}$/.test(uid) && Number(uid) <= MAX_UID ? Number(uid) : null;
}
