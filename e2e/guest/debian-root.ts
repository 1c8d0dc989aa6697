import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Ended, run } from '../daemon.ts';
import { CACHE } from './cache.ts';
import { withFreshLists } from './packages.ts';

const execute = promisify(execFile);
const SUITE = 'bookworm';
/** What they have besides the least that Debian can be. The number: another one when that changes. */
const KINDS = {
  /** Runs services and builds kernel modules. */
  machine: { folder: `root-${SUITE}-1`, packages: ['systemd', 'systemd-sysv', 'dbus', 'kmod', 'procps', 'curl', 'dkms', 'gcc', 'make', 'linux-headers-amd64'] },
  /** Only what procmap's package depends on. */
  least: { folder: `root-${SUITE}-least-1`, packages: ['libc6', 'libgcc-s1', 'libstdc++6'] },
} as const satisfies Readonly<Record<string, { folder: string; packages: readonly string[] }>>;
type Kind = keyof typeof KINDS;
const IN_ROOT = join(import.meta.dirname, 'in-root.sh');
/** A module is built within it, on a busy machine. */
const TIME_LIMIT_MS = 200_000;
const MOST_OUTPUT = 64 * 2 ** 20;

/** Why there can be none here; null: there can. */
export function whyNoRoot(): string | null {
  if (process.getuid?.() !== 0) return 'not root';
  if (spawnSync('debootstrap', ['--version']).error !== undefined) return 'debootstrap is not installed (make test-packages)';
  if (spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status !== 0) return 'no mounts can be made here, which may be a container';
  return null;
}

/** A clean Debian in a folder, a copy that is thrown away; debootstrap makes the first one, of which there is one for all checkouts. */
export class DebianRoot {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async copy(kind: Kind = 'machine'): Promise<DebianRoot> {
    const base = join(CACHE, KINDS[kind].folder);
    if (!existsSync(base)) await makeBase(base, KINDS[kind].packages);
    const path = join(mkdtempSync(join(tmpdir(), 'procmap-root-')), 'root');
    await execute('cp', ['-a', '--reflink=auto', base, path]);
    return new DebianRoot(path);
  }

  /** Runs a command in it, as root. */
  run(...command: readonly string[]): Promise<Ended> {
    return run(['sh', IN_ROOT, this.path, ...command], {}, undefined, TIME_LIMIT_MS);
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
async function makeBase(base: string, packages: readonly string[]): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, '.partial-'));
  try {
    await execute('debootstrap', ['--variant=minbase', `--include=${packages.join(',')}`, SUITE, join(partial, 'root'), await mirror()], {
      maxBuffer: MOST_OUTPUT,
    });
    rmSync(join(partial, 'root/var/cache/apt/archives'), { recursive: true, force: true });
    renameSync(join(partial, 'root'), base);
  } catch (error) {
    // Another run may have been faster with the same.
    if (!existsSync(base)) throw error;
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
