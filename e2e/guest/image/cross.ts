import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Arch } from './arch.ts';
import { CACHE } from './cache.ts';
import { fetchPackage } from './packages.ts';

const execute = promisify(execFile);

/**
 * Variables by which make finds the compiler of another architecture, such as `gcc-12`. The compiler is unpacked, not
 * installed: Debian's conflict with gcc-multilib, which the fixtures need. It uses the libraries of this machine's gcc
 * of the same version.
 */
export async function crossEnvironment({ crossCompile }: Arch, gcc: string): Promise<Record<string, string>> {
  if (crossCompile === '') return {};
  const target = crossCompile.replace(/-$/, '');
  const folder = join(CACHE, `${gcc}-${target}-whole`);
  if (!existsSync(folder)) await unite([`${gcc}-${target}`, `${gcc.replace('gcc', 'cpp')}-${target}`, `binutils-${target}`], folder);
  return { PATH: `${join(folder, 'usr/bin')}:${process.env['PATH'] ?? ''}`, LD_LIBRARY_PATH: join(folder, 'usr/lib/x86_64-linux-gnu') };
}

/** Links all packages into one tree: the programs look for each other beside themselves. */
async function unite(packages: readonly string[], folder: string): Promise<void> {
  const parts = await Promise.all(packages.map((name) => fetchPackage(name)));
  const partial = mkdtempSync(join(CACHE, '.partial-'));
  try {
    for (const part of parts) await execute('cp', ['-al', join(part, 'usr'), partial]);
    renameSync(partial, folder);
  } catch (error) {
    // Another run may have created it first.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
