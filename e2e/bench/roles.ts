import { readdirSync, readFileSync } from 'node:fs';

export const ROLES = ['daemon', 'reader', 'web'] as const;
export type Role = (typeof ROLES)[number];

/** The three processes of a daemon. A child that hung has been replaced, so their ids may change. */
export function pidsOf(daemon: number): Readonly<Record<Role, number>> {
  return { daemon, reader: childOf(daemon, 'reader.js'), web: childOf(daemon, 'web.js') };
}

/** The child whose command line contains a script. */
export function childOf(parent: number, script: string): number {
  for (const name of readdirSync('/proc').filter((each) => /^[0-9]+$/.test(each))) {
    try {
      const isChild = new RegExp(`^PPid:\t${parent}$`, 'm').test(readFileSync(`/proc/${name}/status`, 'utf8'));
      if (isChild && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(script)) return Number(name);
    } catch {
      // The process has ended.
    }
  }
  throw new Error(`the daemon has no ${script}`);
}
