import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aptEnvironment, archOf, type Lists, withFreshLists } from './apt.ts';
import { CACHE } from './cache.ts';

const execute = promisify(execFile);

/**
 * Folder with the unpacked files of a Debian package, which is not installed. Only the first call uses the network. The
 * name must always mean the same content (linux-image-6.1.0-56-amd64 does, linux-image-amd64 does not).
 */
export async function fetchPackage(name: string, lists: Lists = 'amd64'): Promise<string> {
  const folder = join(CACHE, lists === 'amd64' ? name : `${name}_${lists}`);
  if (!existsSync(folder)) await withFreshLists(lists, () => download(`${name}:${archOf(lists)}`, lists, folder));
  return folder;
}

/** Unpacks elsewhere and moves the folder into place, so that an existing one is complete. */
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
    // Another run may have created it first.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/**
 * Names, without architecture, of the packages that one depends on. For linux-image-amd64, that is the newest kernel.
 */
export async function dependenciesOf(name: string, lists: Lists = 'amd64'): Promise<string[]> {
  const { stdout } = await execute('apt-cache', ['depends', '--important', `${name}:${archOf(lists)}`], { env: await aptEnvironment(lists) });
  const found = Array.from(stdout.matchAll(/^ +Depends: <?([a-z0-9.+-]+)/gm), ([, dependency = '']) => dependency);
  if (found.length === 0) throw new Error(`apt-cache knows nothing that ${name} of ${lists} depends on`);
  return found;
}
