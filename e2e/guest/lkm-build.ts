import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Kernel } from './kernel.ts';
import { fetchPackage, withFreshLists } from './packages.ts';

const run = promisify(execFile);
const SOURCES = fileURLToPath(new URL('../../lkm/', import.meta.url));

export interface BuiltModule {
  /** Of the .ko, for insmod. */
  readonly path: string;
  /** What the compiler, and whoever else was asked, had to say: empty if all is well. */
  readonly warnings: string;
}

/** Builds our module for a kernel, in a copy of its sources beside that kernel. `more` are variables of the kernel's make, such as W=1. */
export async function buildModule(kernel: Kernel, ...more: readonly string[]): Promise<BuiltModule> {
  const headers = await fetchHeaders(kernel);
  const folder = join(dirname(kernel.folder), `lkm-${kernel.release}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(SOURCES, folder, { recursive: true, filter: (path) => !/\.(ko|o|cmd|mod|mod\.c|symvers|order)$/.test(path) });
  // Nothing of our own make, whose flags and ARCH mean something else to the kernel's.
  const env = { PATH: process.env['PATH'], LC_ALL: 'C' };
  const { stderr } = await run('make', ['-C', folder, `KDIR=${headers}`, ...more], { env });
  return { path: join(folder, 'procmap.ko'), warnings: stderr };
}

/** The folder in which modules for a kernel are built: the kernel's make, headers and configuration. From three packages, which must know each other. */
async function fetchHeaders({ release, folder: image }: Kernel): Promise<string> {
  const name = `linux-headers-${release}`;
  const root = join(dirname(image), `build-${release}`);
  const headers = join(root, 'usr/src', name);
  if (existsSync(root)) return headers;
  const [common, kbuild] = await withFreshLists(() => partsOf(name));
  const partial = mkdtempSync(join(dirname(image), '.partial-'));
  try {
    // Links, since it is many files: together because they name each other by relative paths.
    for (const part of [name, common, kbuild]) await run('cp', ['-al', join(await fetchPackage(part), 'usr'), partial]);
    // But for one absolute path. Written anew, not into the file that is linked.
    const makefile = join(partial, 'usr/src', name, 'Makefile');
    const text = readFileSync(makefile, 'utf8').replaceAll('/usr/src/', join(root, 'usr/src/'));
    rmSync(makefile);
    writeFileSync(makefile, text);
    renameSync(partial, root);
  } catch (error) {
    // Another run may have been faster with the same.
    if (!existsSync(root)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return headers;
}

/** The packages with what all flavours of a kernel share, and with the programs of its make. */
async function partsOf(name: string): Promise<[string, string]> {
  const { stdout } = await run('apt-cache', ['depends', '--important', name]);
  const part = (pattern: RegExp): string => {
    const found = pattern.exec(stdout)?.[1];
    if (found === undefined) throw new Error(`apt-cache knows nothing that ${name} depends on like ${pattern.source}`);
    return found;
  };
  return [part(/Depends: (linux-headers-\S+-common)$/m), part(/Depends: (linux-kbuild-\S+)$/m)];
}
