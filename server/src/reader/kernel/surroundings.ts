import type { Circumstances } from './why.ts';
import { textOrNull } from './root-files/whole-file.ts';
import type { Where } from './where.ts';

/** Kernel settings that hide things, as far as they can be read. */
export async function readSurroundings(where: Where): Promise<Pick<Circumstances, 'standing' | 'kptrRestrict' | 'lockdown' | 'isDebugfsMounted'>> {
  const [restrict, lockdown, mounts] = await Promise.all([
    textOrNull(`${where.procRoot}/sys/kernel/kptr_restrict`),
    textOrNull(where.lockdownFile),
    textOrNull(`${where.procRoot}/self/mounts`),
  ]);
  const word = /\[(\w+)\]/.exec(lockdown ?? '')?.[1] ?? 'none';
  return {
    standing: where.standing,
    kptrRestrict: restrict !== null && /^\d+\n?$/.test(restrict) ? Number(restrict) : null,
    lockdown: word === 'none' ? null : word,
    isDebugfsMounted: mounts !== null && /^\S+ \S+ debugfs /m.test(mounts),
  };
}
