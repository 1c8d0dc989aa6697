import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aptEnvironment, archOf, type Lists, withFreshLists } from './apt.ts';
import { CACHE } from './cache.ts';

const execute = promisify(execFile);

/**
 * The folder with the unpacked files of a Debian package; nothing is installed. The network is asked only the first
 * time. A name must stand for one content (linux-image-6.1.0-56-amd64 does, linux-image-amd64 does not).
 */
export async function fetchPackage(name: string, lists: Lists = 'amd64'): Promise<string> {
  const folder = join(CACHE, lists === 'amd64' ? name : `${name}_${lists}`);
  if (!existsSync(folder)) await withFreshLists(lists, () => download(`${name}:${archOf(lists)}`, lists, folder));
  return folder;
}

/** Unpacked beside its place and then moved there, so that a folder that exists is whole. */
async function download(name: string, lists: Lists, folder: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, '.partial-'));
  try {
    await execute('apt-get', ['download', '-q', name], { cwd: partial, env: await aptEnvironment(lists) });
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
export async function dependenciesOf(name: string, lists: Lists = 'amd64'): Promise<string[]> {
  const { stdout } = await execute('apt-cache', ['depends', '--important', `${name}:${archOf(lists)}`], { env: await aptEnvironment(lists) });
  const found = Array.from(stdout.matchAll(/^ +Depends: <?([a-z0-9.+-]+)/gm), ([, dependency = '']) => dependency);
  if (found.length === 0) throw new Error(`apt-cache knows nothing that ${name} of ${lists} depends on`);
  return found;
}
