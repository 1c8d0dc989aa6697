import { join } from 'node:path';
import type { Arch } from './arch.ts';
import { fetchPackage } from './packages.ts';

/** The path of the program that is all of a guest's first root, and on the host (that of amd64) knows xz. Needs no library. */
export async function busybox(arch: Arch['name'] = 'amd64'): Promise<string> {
  return join(await fetchPackage('busybox-static', arch), 'bin/busybox');
}
