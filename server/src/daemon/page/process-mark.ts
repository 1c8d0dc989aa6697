import { readFileSync, readlinkSync } from 'node:fs';

/** pid, start time in ticks since boot, PID namespace. */
const MARK = /^([0-9]+)-([0-9]+)-([0-9]+)$/;
/** proc_pid_stat(5): fields 1 and 22. The name between them may contain anything. */
const STAT = /^([0-9]+) \([^]*\) \S(?: -?[0-9]+){18} ([0-9]+) [^)]*$/;

/** Identifies this process for good, even after its process id has been reused. */
export function ownMark(): string {
  const [, pid = '', start = ''] = STAT.exec(readFileSync('/proc/self/stat', 'latin1')) ?? [];
  return `${pid}-${start}-${namespace()}`;
}

/**
 * True if the process with this mark has ended. False if that is unknown: processes of another PID namespace cannot be
 * seen.
 */
export function hasEnded(mark: string): boolean {
  const [, pid = '', start = '', where = ''] = MARK.exec(mark) ?? [];
  if (pid === '' || where !== namespace()) return false;
  try {
    const there = STAT.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[2];
    return there !== undefined && there !== start;
  } catch {
    return isUnused(Number(pid));
  }
}

/** Needed because /proc may hide other users' processes (hidepid). */
function isUnused(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** The number of this PID namespace; '0' on a kernel without namespaces, which has no such link. */
function namespace(): string {
  try {
    return /[0-9]+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}
