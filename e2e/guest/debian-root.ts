import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Ended, run } from '../daemon.ts';
import { CACHE } from './cache.ts';
import { withFreshLists } from './packages.ts';

const execute = promisify(execFile);
const SUITE = 'bookworm';
/** What a machine has that runs services and builds kernel modules. */
const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'kmod', 'procps', 'curl', 'dkms', 'gcc', 'make', 'linux-headers-amd64'];
/** Another one when what is in it changes. */
const BASE = join(CACHE, `root-${SUITE}-1`);
const IN_ROOT = new URL('in-root.sh', import.meta.url).pathname;
const MOST_OUTPUT = 64 * 2 ** 20;

/** A clean Debian in a folder, a copy that is thrown away; debootstrap makes the first one, of which there is one for all checkouts. */
export class DebianRoot {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async copy(): Promise<DebianRoot> {
    if (!existsSync(BASE)) await makeBase();
    const path = join(mkdtempSync(join(tmpdir(), 'procmap-root-')), 'root');
    await execute('cp', ['-a', '--reflink=auto', BASE, path]);
    return new DebianRoot(path);
  }

  /** Runs a command in it, as root. */
  run(...command: readonly string[]): Promise<Ended> {
    return run(['sh', IN_ROOT, this.path, ...command]);
  }

  /** The kernel whose headers it has. */
  get release(): string {
    const [release] = readdirSync(join(this.path, 'lib/modules'));
    if (release === undefined) throw new Error(`${this.path} has no kernel headers`);
    return release;
  }

  /** Paths of all files, folders and links of its own. */
  async files(): Promise<string[]> {
    const { stdout } = await execute('find', ['.', '-xdev', '-printf', '%y %P\\n'], { cwd: this.path, maxBuffer: MOST_OUTPUT });
    return stdout.trim().split('\n').sort();
  }

  dispose(): void {
    rmSync(join(this.path, '..'), { recursive: true, force: true });
  }
}

/** Made beside its place and then moved there, so that one that exists is whole. */
async function makeBase(): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, '.partial-'));
  try {
    await execute('debootstrap', ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, join(partial, 'root'), await mirror()], {
      maxBuffer: MOST_OUTPUT,
    });
    rmSync(join(partial, 'root/var/cache/apt/archives'), { recursive: true, force: true });
    renameSync(join(partial, 'root'), BASE);
  } catch (error) {
    // Another run may have been faster with the same.
    if (!existsSync(BASE)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Where this machine's apt has the suite from. */
function mirror(): Promise<string> {
  return withFreshLists('amd64', async () => {
    const { stdout } = await execute('apt-get', ['indextargets', '--format', '$(REPO_URI) $(CODENAME) $(COMPONENT)', 'Identifier: Packages']);
    const uri = stdout.split('\n').find((line) => line.endsWith(` ${SUITE} main`));
    if (uri === undefined) throw new Error(`apt here knows no Debian ${SUITE}`);
    return uri.split(' ')[0] ?? '';
  });
}
