import { readOwnStatus, type OwnStatus } from './own-status.ts';

/**
 * Of the reader when root starts it: systemd documents 65520 to 65533 as used by nobody (UIDS-GIDS.md). Not 65534: `nobody` owns
 * what other software left to it, the web process among that.
 */
export const READER_UID = 65_533;

/** All that a reader started by root may hold: read any process, look into closed folders of /proc, see kernel addresses. */
export const READER_CAPABILITIES = ['CAP_DAC_READ_SEARCH', 'CAP_SYS_PTRACE', 'CAP_SYSLOG'] as const;

/**
 * What is wrong with the rights of this process, or null. `uid`: as which user, and group of that number, it should run; null: as who started it. `bounded`: it could not be
 * given more either; without root and with NoNewPrivs it cannot anyway.
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

/** Ends the reader when it has more rights than it should. */
export function assertConfined(uid: number | null, bounded = true): void {
  const fault = confinementFault(readOwnStatus(), uid, bounded);
  if (fault === null) return;
  process.stderr.write(`${JSON.stringify({ level: 'error', message: `reader: ${fault}; it does not start with more rights than it needs` })}\n`);
  process.exit(1);
}
