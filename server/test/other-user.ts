import { spawnSync } from 'node:child_process';

const PREFIX = ['setpriv', '--reuid=1234', '--regid=1234', '--clear-groups'];

/**
 * Command prefix: run as an unprivileged user other than this one. null: not possible, since this is not root, or since
 * others cannot read the checkout (it contains the sources and Node).
 */
export const otherUser: readonly string[] | null = canRun() ? PREFIX : null;

function canRun(): boolean {
  const [command, ...args] = [...PREFIX, process.execPath, '-e', `require('node:fs').readFileSync(${JSON.stringify(import.meta.filename)})`];
  return process.getuid?.() === 0 && spawnSync(command, args).status === 0;
}
