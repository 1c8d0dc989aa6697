import { readOwnStatus, type OwnStatus } from './procfs/own-status.ts';

/** All that a reader started by root may hold: read any process, look into closed folders of /proc, see kernel addresses. */
export const READER_CAPABILITIES = ['CAP_DAC_READ_SEARCH', 'CAP_SYS_PTRACE', 'CAP_SYSLOG'] as const;

/** What is wrong with the rights of this process, or null. `uid`: as which user, and group of that number, it should run. */
export function confinementFault(own: OwnStatus, uid: number): string | null {
  const allowed = new Set<string>(READER_CAPABILITIES);
  if (!own.noNewPrivileges) return 'NoNewPrivs is not set';
  if (own.uids.some((each) => each !== uid)) return `runs as uid ${own.uids.join(' ')}, not ${uid}`;
  if (own.gids.some((each) => each !== uid)) return `runs as gid ${own.gids.join(' ')}, not ${uid}`;
  if (own.groups.some((each) => each !== uid)) return `is in the groups ${own.groups.join(' ')}`;
  const excess = [...own.effective, ...own.permitted, ...own.bounding].find((name) => !allowed.has(name));
  return excess === undefined ? null : `could use ${excess}`;
}

/** Ends the reader when it has more rights than it should. */
export function assertConfined(uid: number): void {
  const fault = confinementFault(readOwnStatus(), uid);
  if (fault === null) return;
  process.stderr.write(`${JSON.stringify({ level: 'error', message: `reader: ${fault}; it does not start with more rights than it needs` })}\n`);
  process.exit(1);
}
