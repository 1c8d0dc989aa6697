import { spawnSync } from 'node:child_process';

const PREFIX = ['setpriv', '--reuid=1234', '--regid=1234', '--clear-groups'];

/**
 * What makes a command run as a user that is neither root nor us; null where that is not possible: not root, or a checkout that others cannot
 * read (the sources and Node itself are in it).
 */
export const otherUser: readonly string[] | null = canRun() ? PREFIX : null;

function canRun(): boolean {
  const [command, ...args] = [...PREFIX, process.execPath, '-e', `require('node:fs').readFileSync(${JSON.stringify(import.meta.filename)})`];
  return process.getuid?.() === 0 && spawnSync(command, args).status === 0;
}
