import { join } from 'node:path';
import { fetchPackage } from './packages.ts';

/** The path of the program that is all of a guest's first root, and on the host knows xz. Needs no library. */
export async function busybox(): Promise<string> {
  return join(await fetchPackage('busybox-static'), 'bin/busybox');
}
