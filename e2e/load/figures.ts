import { readdirSync, readFileSync } from 'node:fs';
import { pidsOf, type Role, ROLES } from '../bench/roles.ts';

/** Resident memory of a process, MiB. */
export function rssMib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
}

/** The part of it in malloc(3)'s heap. */
function heapMib(pid: number): number {
  const [, rss = '0'] = / \[heap\]\n(?:.*\n)*?Rss:\s+(\d+) kB\n/.exec(readFileSync(`/proc/${pid}/smaps`, 'latin1')) ?? [];
  return Number(rss) / 1024;
}

/** Its open file descriptors. */
export function openFiles(pid: number): number[] {
  return readdirSync(`/proc/${pid}/fd`).map(Number);
}

/** Resident memory of a process, the part in malloc's heap, and its open files. */
export interface RoleFigures {
  readonly rssMib: number;
  readonly heapMib: number;
  readonly files: number;
}

/** Figures of each process of a daemon. */
export function lookAtRoles(daemon: number): Readonly<Record<Role, RoleFigures>> {
  const pids = pidsOf(daemon);
  const look = (role: Role): RoleFigures => ({ rssMib: rssMib(pids[role]), heapMib: heapMib(pids[role]), files: openFiles(pids[role]).length });
  return { daemon: look(ROLES[0]), reader: look(ROLES[1]), web: look(ROLES[2]) };
}

export function say(line: string): void {
  process.stdout.write(`  load: ${line}\n`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
