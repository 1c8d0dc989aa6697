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

/** Additions to a minimal Debian. Raise the number in the name when they change. */
const KINDS = {
  /** Runs services and builds kernel modules. */
  machine: {
    suite: SUITE,
    folder: `root-${SUITE}-1`,
    packages: ['systemd', 'systemd-sysv', 'dbus', 'kmod', 'procps', 'curl', 'dkms', 'gcc', 'make', 'linux-headers-amd64'],
  },
  /** Only the dependencies of procmap's package. */
  least: { suite: SUITE, folder: `root-${SUITE}-least-1`, packages: ['libc6', 'libgcc-s1', 'libstdc++6'] },
  /** Builds modules for kernels that this machine's compiler is too old for. */
  builder: { suite: NEXT_SUITE, folder: `root-${NEXT_SUITE}-builder-1`, packages: ['gcc', 'make', 'pahole'] },
} as const satisfies Readonly<Record<string, RootKind>>;
const IN_ROOT = join(import.meta.dirname, 'in-root.sh');
/** Long enough to build a module in it on a busy machine. */
const TIME_LIMIT_MS = 200_000;
const MAX_OUTPUT = 64 * 2 ** 20;

/** The reason why there can be none here; null: there can. */
export function whyNoRoot(): string | null {
  if (process.getuid?.() !== 0) return 'not root';
  if (spawnSync('debootstrap', ['--version']).error !== undefined) return 'debootstrap is not installed (make test-packages)';
  if (spawnSync('unshare', ['--mount', '--pid', '--fork', 'true']).status !== 0) return 'no mounts can be made here, which may be a container';
  return null;
}

/**
 * A clean Debian in a folder, a copy that is thrown away. debootstrap makes the original, which all checkouts share.
 */
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

  /**
   * A Debian that is kept, with the usr of these folders added. All files are links, since there are many, and nobody
   * may write to them.
   */
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

  /** The kernel release of its headers. */
  get release(): string {
    const [release] = readdirSync(join(this.path, 'lib/modules'));
    if (release === undefined) throw new Error(`${this.path} has no kernel headers`);
    return release;
  }

  /** Paths of all files, folders and links in it. */
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

/** Creates a folder elsewhere and moves it into place, so that an existing one is complete. */
async function makeWhole(path: string, make: (root: string) => Promise<void>): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, '.partial-'));
  try {
    await make(join(partial, 'root'));
    renameSync(join(partial, 'root'), path);
  } catch (error) {
    // Another run may have created it first.
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
