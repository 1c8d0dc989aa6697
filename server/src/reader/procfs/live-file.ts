import { readdirSync } from 'node:fs';
import { procPath } from './proc-file.ts';
import { isZombie } from './stat.ts';

/** A file of the process; of another thread when the first one ended and the others go on: the kernel shows an ended one without memory. */
export function liveFile(pid: number, stat: { readonly state: string }, file: string): string {
  if (!isZombie(stat)) return procPath(pid, file);
  const others = readdirSync(procPath(pid, 'task')).filter((thread) => thread !== String(pid));
  return procPath(pid, `task/${others[0] ?? pid}/${file}`);
}
