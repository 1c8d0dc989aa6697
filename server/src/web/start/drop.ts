import { type OwnStatus, readOwnStatus } from '../../common/own-status.ts';

/**
 * The uid of the web process when root starts it: unused like the reader's, but different, so that neither can touch
 * the other. systemd reserves 65520 to 65533 as unused (UIDS-GIDS.md).
 */
export const WEB_UID = 65_532;

/**
 * Gives up root permanently. Everything that only root can read must already be in memory: files in a closed (0700)
 * home cannot be opened any more.
 */
export function dropRoot(): void {
  process.setgroups?.([]);
  process.setgid?.(WEB_UID);
  process.setuid?.(WEB_UID);
}

/**
 * An excess right of this process, or null. `uid`: the uid and gid it must run as; null: those of the user who started
 * it.
 */
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

/** Throws an error for the user if a right remains: npm code must not run with any. */
export function assertDropped(uid: number | null = WEB_UID): void {
  const fault = privilegeFault(readOwnStatus(), uid);
  if (fault !== null) throw new Error(`the web process ${fault}; it does not serve with more rights than it needs`);
}
