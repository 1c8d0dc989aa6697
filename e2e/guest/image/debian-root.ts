import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Ended, run } from '../../daemon.ts';
import { mirror, NEXT_SUITE, SUITE } from './apt.ts';
import { CACHE } from './cache.ts';

const execute = promisify(execFile);

interface RootKind {
  readonly suite: string;
  readonly folder: string;
  readonly packages: readonly string[];
}

/** What they have besides the least that Debian can be. The number: another one when that changes. */
const KINDS = {
  /** Runs services and builds kernel modules. */
  machine: {
    suite: SUITE,
    folder: `root-${SUITE}-1`,
    packages: ['systemd', 'systemd-sysv', 'dbus', 'kmod', 'procps', 'curl', 'dkms', 'gcc', 'make', 'linux-headers-amd64'],
  },
  /** Only what procmap's package depends on. */
  least: { suite: SUITE, folder: `root-${SUITE}-least-1`, packages: ['libc6', 'libgcc-s1', 'libstdc++6'] },
  /** Has what builds modules for kernels that this machine's compiler is too old for. */
  builder: { suite: NEXT_SUITE, folder: `root-${NEXT_SUITE}-builder-1`, packages: ['gcc', 'make', 'pahole'] },
} as const satisfies Readonly<Record<string, RootKind>>;
const IN_ROOT = join(import.meta.dirname, 'in-root.sh');
/** A module is built within it, on a busy machine. */
const TIME_LIMIT_MS = 200_000;
const MAX_OUTPUT = 64 * 2 ** 20;

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

  static async copy(kind: keyof typeof KINDS = 'machine'): Promise<DebianRoot> {
    const base = await baseOf(KINDS[kind]);
    const path = join(mkdtempSync(join(tmpdir(), 'procmap-root-')), 'root');
    await execute('cp', ['-a', '--reflink=auto', base, path]);
    return new DebianRoot(path);
  }

  /** One that is kept, with what these folders have in their usr besides: all of it links, as it is many files, which nobody may write to. */
  static async kept(name: string, kind: keyof typeof KINDS, folders: readonly string[]): Promise<DebianRoot> {
    const path = join(CACHE, name);
    if (!existsSync(path)) {
      const base = await baseOf(KINDS[kind]);
      await makeWhole(path, async (root) => {
        await execute('cp', ['-al', base, root]);
        for (const folder of folders) await execute('cp', ['-al', join(folder, 'usr'), root]);
      });
    }
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
    const { stdout } = await execute('find', ['.', '-xdev', '-printf', '%y %P\\n'], { cwd: this.path, maxBuffer: MAX_OUTPUT });
    return stdout.trim().split('\n').sort();
  }

  dispose(): void {
    rmSync(join(this.path, '..'), { recursive: true, force: true });
  }
}

async function baseOf({ suite, folder, packages }: RootKind): Promise<string> {
  const base = join(CACHE, folder);
  if (!existsSync(base)) {
    await makeWhole(base, async (root) => {
      await execute('debootstrap', ['--variant=minbase', `--include=${packages.join(',')}`, suite, root, await mirror()], { maxBuffer: MAX_OUTPUT });
      rmSync(join(root, 'var/cache/apt/archives'), { recursive: true, force: true });
    });
  }
  return base;
}

/** Made beside its place and then moved there, so that one that exists is whole. */
async function makeWhole(path: string, make: (root: string) => Promise<void>): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, '.partial-'));
  try {
    await make(join(partial, 'root'));
    renameSync(join(partial, 'root'), path);
  } catch (error) {
    // Another run may have been faster with the same.
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
