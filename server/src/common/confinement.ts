import { readOwnStatus, type OwnStatus } from './own-status.ts';

/**
 * The uid of the reader when root starts it. systemd reserves 65520 to 65533 as unused (UIDS-GIDS.md). Not 65534: other
 * software uses `nobody` too.
 */
export const READER_UID = 65_533;

/**
 * All capabilities of a reader that root starts: read any process, enter closed folders of /proc, see kernel addresses.
 */
export const READER_CAPABILITIES = ['CAP_DAC_READ_SEARCH', 'CAP_SYS_PTRACE', 'CAP_SYSLOG'] as const;

/**
 * The first excess right of this process, or null. `uid`: the uid and gid it must run as; null: those of the user who
 * started it. `bounded`: also check the bounding set. That is needless without root, since NoNewPrivs already prevents
 * new capabilities.
 */
export function confinementFault(own: OwnStatus, uid: number | null, bounded = true): string | null {
  const allowed = new Set<string>(READER_CAPABILITIES);
  if (!own.noNewPrivileges) return 'NoNewPrivs is not set';
  if (uid !== null) {
    if (own.uids.some((each) => each !== uid)) return `runs as uid ${own.uids.join(' ')}, not ${uid}`;
    if (own.gids.some((each) => each !== uid)) return `runs as gid ${own.gids.join(' ')}, not ${uid}`;
    if (own.groups.some((each) => each !== uid)) return `is in the groups ${own.groups.join(' ')}`;
  }
  const excess = [...own.effective, ...own.permitted, ...(bounded ? own.bounding : [])].find((name) => !allowed.has(name));
  return excess === undefined ? null : `could use ${excess}`;
}

/** Exits if the reader has more rights than it should. */
export function assertConfined(uid: number | null, bounded = true): void {
  const fault = confinementFault(readOwnStatus(), uid, bounded);
  if (fault === null) return;
  process.stderr.write(`${JSON.stringify({ level: 'error', message: `reader: ${fault}; it does not start with more rights than it needs` })}\n`);
  process.exit(1);
}
