import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BACKPORTS, withFreshLists } from './image/apt.ts';
import { BUILT, CACHE } from './image/cache.ts';
import { crossEnvironment } from './image/cross.ts';
import { DebianRoot } from './image/debian-root.ts';
import type { Kernel } from './image/kernel.ts';
import { dependenciesOf, fetchPackage } from './image/packages.ts';

const execute = promisify(execFile);
const SOURCES = fileURLToPath(new URL('../../lkm/', import.meta.url));

export interface BuiltModule {
  /** Path of the .ko file, for insmod. */
  readonly path: string;
  /** Output of the compiler and other checkers; empty if there are no warnings. */
  readonly warnings: string;
}

/** Builds our module for a kernel, in a copy of its sources. `more`: variables of the kernel's make, such as C=2. */
export async function buildModule(kernel: Kernel, ...more: readonly string[]): Promise<BuiltModule> {
  mkdirSync(BUILT, { recursive: true });
  const folder = mkdtempSync(join(BUILT, 'lkm-'));
  try {
    cpSync(SOURCES, folder, { recursive: true, filter: (path) => !/\.(ko|o|cmd|mod|mod\.c|symvers|order)$/.test(path) });
    const warnings = await (kernel.lists === BACKPORTS ? makeInRoot : makeHere)(kernel, folder, more);
    // In one step, since another test may be copying the same file.
    const path = join(BUILT, `procmap-${kernel.release}.ko`);
    renameSync(join(folder, 'procmap.ko'), path);
    return { path, warnings };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeHere(kernel: Kernel, folder: string, more: readonly string[]): Promise<string> {
  const { kbuild, crossCompile } = kernel.arch;
  const headers = await fetchHeaders(kernel);
  // Without variables of our own make, whose flags and ARCH mean something else to the kernel's.
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', ...(await crossEnvironment(kernel.arch, await compilerOf(kernel))) };
  const { stderr } = await execute('make', ['-C', folder, `KDIR=${headers}`, `ARCH=${kbuild}`, `CROSS_COMPILE=${crossCompile}`, ...more], { env });
  return stderr;
}

/** Builds it in the Debian of that kernel: this machine's compiler is too old. */
async function makeInRoot(kernel: Kernel, folder: string, more: readonly string[]): Promise<string> {
  const root = await DebianRoot.kept(`root-${kernel.release}`, 'builder', await headerPackages(kernel));
  const copy = mkdtempSync(join(root.path, 'tmp/lkm-'));
  try {
    cpSync(folder, copy, { recursive: true });
    const variables = [`KDIR=/usr/src/linux-headers-${kernel.release}`, `ARCH=${kernel.arch.kbuild}`, ...more];
    const { status, stderr } = await root.run('make', '-C', join('/tmp', basename(copy)), ...variables);
    if (status !== 0) throw new Error(stderr);
    cpSync(join(copy, 'procmap.ko'), join(folder, 'procmap.ko'));
    return stderr;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * For example gcc-12: the headers depend on the compiler of the kernel, under its name or as linux-compiler-gcc-12-arm.
 */
async function compilerOf({ lists, release }: Kernel): Promise<string> {
  const dependencies = await withFreshLists(lists, () => dependenciesOf(`linux-headers-${release}`, lists));
  const gcc = /\b(gcc-\d+)\b/.exec(dependencies.join('\n'))?.[1];
  if (gcc === undefined) throw new Error(`the headers of Linux ${release} depend on no compiler`);
  return gcc;
}

/** Folders of the three packages with a kernel's headers. */
async function headerPackages({ lists, release }: Kernel): Promise<string[]> {
  const name = `linux-headers-${release}`;
  const dependencies = await withFreshLists(lists, () => dependenciesOf(name, lists));
  const part = (pattern: RegExp): string => {
    const found = dependencies.find((dependency) => pattern.test(dependency));
    if (found === undefined) throw new Error(`${name} depends on nothing like ${pattern.source}`);
    return found;
  };
  // Files for all architectures, and programs, which must run on this machine whatever they build for.
  const shared = lists === BACKPORTS ? lists : 'amd64';
  return Promise.all([fetchPackage(name, lists), fetchPackage(part(/^linux-headers-.*-common$/), shared), fetchPackage(part(/^linux-kbuild-/), shared)]);
}

/**
 * Folder for building modules for a kernel: its make, headers and configuration. Comes from three packages that refer
 * to each other.
 */
export async function fetchHeaders(kernel: Kernel): Promise<string> {
  const name = `linux-headers-${kernel.release}`;
  const root = join(CACHE, `build-${kernel.release}`);
  const headers = join(root, 'usr/src', name);
  if (existsSync(root)) return headers;
  const packages = await headerPackages(kernel);
  const partial = mkdtempSync(join(CACHE, '.partial-'));
  try {
    // Hard links, since there are many files; in one tree, since they refer to each other by relative paths.
    for (const folder of packages) await execute('cp', ['-al', join(folder, 'usr'), partial]);
    // Except for one absolute path. Replaces the file instead of writing into the link.
    const makefile = join(partial, 'usr/src', name, 'Makefile');
    const text = readFileSync(makefile, 'utf8').replaceAll('/usr/src/', join(root, 'usr/src/'));
    rmSync(makefile);
    writeFileSync(makefile, text);
    renameSync(partial, root);
  } catch (error) {
    // Another run may have created it first.
    if (!existsSync(root)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return headers;
}
