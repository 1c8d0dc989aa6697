import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** In the checkout's .cache, outside of git: `make distclean` removes it. */
const CACHE = fileURLToPath(new URL('../../.cache/guest/', import.meta.url));

/**
 * The folder with the unpacked files of a Debian package from the sources of this machine; nothing is installed. The network is asked only the first
 * time. A name must stand for one content (linux-image-6.1.0-56-amd64 does, linux-image-amd64 does not).
 */
export async function fetchPackage(name: string): Promise<string> {
  const folder = join(CACHE, name);
  if (!existsSync(folder)) await withFreshLists(() => download(name, folder));
  return folder;
}

/** Unpacked beside its place and then moved there, so that a folder that exists is whole. */
async function download(name: string, folder: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, '.partial-'));
  try {
    await run('apt-get', ['download', '-q', name], { cwd: partial });
    const [archive] = readdirSync(partial);
    if (archive === undefined) throw new Error(`apt-get download ${name} left no file`);
    await run('dpkg-deb', ['-x', archive, 'files'], { cwd: partial });
    renameSync(join(partial, 'files'), folder);
  } catch (error) {
    // Another run may have been faster with the same.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** The first package that a package without content of its own depends on: linux-image-amd64 names the newest kernel so. */
export async function dependencyOf(name: string): Promise<string> {
  const { stdout } = await run('apt-cache', ['depends', '--important', name]);
  const dependency = /^ +Depends: (\S+)$/m.exec(stdout)?.[1];
  if (dependency === undefined) throw new Error(`apt-cache knows nothing that ${name} depends on`);
  return dependency;
}

let update: Promise<unknown> | null = null;

/** Looks up again, with fresh package lists, what fails: a new machine has no lists, and old ones name files that are gone. Once a run. */
export async function withFreshLists<T>(lookUp: () => Promise<T>): Promise<T> {
  try {
    return await lookUp();
  } catch {
    // It fails in part where one of several sources cannot be reached: whether that matters the second lookup tells.
    update ??= run('apt-get', ['update', '-q']).catch(() => undefined);
    await update;
    return lookUp();
  }
}
