import { readFileSync, readlinkSync } from 'node:fs';

/** pid, start in ticks since boot, PID namespace. */
const MARK = /^([0-9]+)-([0-9]+)-([0-9]+)$/;
/** proc_pid_stat(5): the first field, and the 22nd; between them is the name, which may hold anything. */
const STAT = /^([0-9]+) \([^]*\) \S(?: -?[0-9]+){18} ([0-9]+) [^)]*$/;

/** Names this process for good: one day its number is another's. */
export function ownMark(): string {
  const [, pid = '', start = ''] = STAT.exec(readFileSync('/proc/self/stat', 'latin1')) ?? [];
  return `${pid}-${start}-${namespace()}`;
}

/** Whether the process of that mark has ended. False where it cannot be told: of another PID namespace nothing is seen from here. */
export function hasEnded(mark: string): boolean {
  const [, pid = '', start = '', where = ''] = MARK.exec(mark) ?? [];
  if (pid === '' || where !== namespace()) return false;
  try {
    return STAT.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[2] !== start;
  } catch {
    return isUnused(Number(pid));
  }
}

/** /proc may be mounted so that it hides other users' processes (hidepid). */
function isUnused(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** Its number; a kernel without namespaces has no such link. */
function namespace(): string {
  try {
    return /[0-9]+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
