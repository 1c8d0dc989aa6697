import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Arch } from './arch.ts';
import { CACHE } from './cache.ts';

const execute = promisify(execFile);
type ArchName = Arch['name'];

/**
 * The folder with the unpacked files of a Debian package from the sources of this machine; nothing is installed. The network is asked only the first
 * time. A name must stand for one content (linux-image-6.1.0-56-amd64 does, linux-image-amd64 does not).
 */
export async function fetchPackage(name: string, arch: ArchName = 'amd64'): Promise<string> {
  const folder = join(CACHE, arch === 'amd64' ? name : `${name}_${arch}`);
  if (!existsSync(folder)) await withFreshLists(arch, () => download(`${name}:${arch}`, arch, folder));
  return folder;
}

/** Unpacked beside its place and then moved there, so that a folder that exists is whole. */
async function download(name: string, arch: ArchName, folder: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, '.partial-'));
  try {
    await execute('apt-get', ['download', '-q', name], { cwd: partial, env: aptEnvironment(arch) });
    const [archive] = readdirSync(partial);
    if (archive === undefined) throw new Error(`apt-get download ${name} left no file`);
    await execute('dpkg-deb', ['-x', archive, 'files'], { cwd: partial });
    renameSync(join(partial, 'files'), folder);
  } catch (error) {
    // Another run may have been faster with the same.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** The names, without architecture, of the packages that one depends on: linux-image-amd64 names the newest kernel so. */
export async function dependenciesOf(name: string, arch: ArchName = 'amd64'): Promise<string[]> {
  const { stdout } = await execute('apt-cache', ['depends', '--important', `${name}:${arch}`], { env: aptEnvironment(arch) });
  const found = Array.from(stdout.matchAll(/^ +Depends: <?([a-z0-9.+-]+)/gm), ([, dependency = '']) => dependency);
  if (found.length === 0) throw new Error(`apt-cache knows nothing that ${name} for ${arch} depends on`);
  return found;
}

/**
 * apt as this machine has it, for its own architecture; for another one with lists of its own, in the cache, so that nothing of this machine's apt
 * and dpkg changes.
 */
function aptEnvironment(arch: ArchName): NodeJS.ProcessEnv {
  const env = { ...process.env, LC_ALL: 'C' };
  if (arch === 'amd64') return env;
  const folder = join(CACHE, `apt-${arch}`);
  const file = join(folder, 'apt.conf');
  if (!existsSync(file)) {
    for (const part of ['state/lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, part), { recursive: true });
    const lines = [
      `Dir::State "${join(folder, 'state')}";`,
      `Dir::Cache "${join(folder, 'cache')}";`,
      'Dir::State::status "/var/lib/dpkg/status";',
      'APT::Architecture "amd64";',
      `APT::Architectures { "amd64"; "${arch}"; };`,
      'Acquire::Languages "none";',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
  }
  return { ...env, APT_CONFIG: file };
}

const updates = new Map<ArchName, Promise<unknown>>();

/** Looks up again, with fresh package lists, what fails: a new machine has no lists, and old ones name files that are gone. Once a run. */
export async function withFreshLists<T>(arch: ArchName, lookUp: () => Promise<T>): Promise<T> {
  try {
    return await lookUp();
  } catch {
    // It fails in part where one of several sources cannot be reached: whether that matters the second lookup tells.
    const update = updates.get(arch) ?? execute('apt-get', ['update', '-q'], { env: aptEnvironment(arch) }).catch(() => undefined);
    updates.set(arch, update);
    await update;
    return lookUp();
  }
}
