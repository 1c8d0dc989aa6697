import { type OwnStatus, readOwnStatus } from '../../common/own-status.ts';

/**
 * Of the web process when root starts it: as the reader's, one that nobody has, but another, so that neither can touch the other.
 * systemd documents 65520 to 65533 as used by nobody (UIDS-GIDS.md).
 */
export const WEB_UID = 65_532;

/** Gives up root for good. Everything that only root can read must be in memory by now: in a closed (0700) home no file is found any more. */
export function dropRoot(): void {
  process.setgroups?.([]);
  process.setgid?.(WEB_UID);
  process.setuid?.(WEB_UID);
}

/** What this process could still do and should not, or null. `uid`: as which user, and group of that number, it should run; null: as who started it. */
export function privilegeFault(own: OwnStatus, uid: number | null = WEB_UID): string | null {
  if (!own.noNewPrivileges) return 'NoNewPrivs is not set';
  if (uid !== null) {
    if (own.uids.some((each) => each !== uid)) return `runs as uid ${own.uids.join(' ')}, not ${uid}`;
    if (own.gids.some((each) => each !== uid)) return `runs as gid ${own.gids.join(' ')}, not ${uid}`;
    if (own.groups.some((each) => each !== uid)) return `is in the groups ${own.groups.join(' ')}`;
  }
  if (own.effective.length > 0) return `could use ${own.effective.join(' ')}`;
  if (own.permitted.length > 0) return `could take ${own.permitted.join(' ')}`;
  return null;
}

/** Throws with words for the user when a right is left: npm code must not run with any. */
export function assertDropped(uid: number | null = WEB_UID): void {
  const fault = privilegeFault(readOwnStatus(), uid);
  if (fault !== null) throw new Error(`the web process ${fault}; it does not serve with more rights than it needs`);
}
