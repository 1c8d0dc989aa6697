import { join } from 'node:path';
import type { Arch } from './arch.ts';
import { fetchPackage } from './packages.ts';

/**
 * Path of busybox, which is the whole first root of a guest, and which unpacks xz on the host (that of amd64). Needs no
 * library.
 */
export async function busybox(arch: Arch['name'] = 'amd64'): Promise<string> {
  return join(await fetchPackage('busybox-static', arch), 'bin/busybox');
}
