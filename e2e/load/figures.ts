import { readdirSync, readFileSync } from 'node:fs';
import { pidsOf, type Role, ROLES } from '../bench/roles.ts';

/** Resident memory of a process, MiB. */
export function rssMib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
}

/** Numbers of its open files. */
export function openFiles(pid: number): number[] {
  return readdirSync(`/proc/${pid}/fd`).map(Number);
}

/** Resident memory and open files of each of a daemon's processes. */
export function lookAtRoles(daemon: number): Readonly<Record<Role, { readonly rssMib: number; readonly files: number }>> {
  const pids = pidsOf(daemon);
  const look = (role: Role) => ({ rssMib: rssMib(pids[role]), files: openFiles(pids[role]).length });
  return { daemon: look(ROLES[0]), reader: look(ROLES[1]), web: look(ROLES[2]) };
}

export function say(line: string): void {
  process.stdout.write(`  load: ${line}\n`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
