import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Arch, ARCHS } from './image/arch.ts';
import { type FirstProcess, initramfs } from './image/initramfs.ts';
import type { Kernel } from './image/kernel.ts';
import { lastLines, type Machine, runMachine, type Share } from './machine.ts';

export interface GuestOptions extends Partial<Pick<Machine, 'parameters' | 'memoryMib' | 'processors' | 'qemu'>>, Pick<Machine, 'cpu'> {
  readonly kernel: Kernel;
  /** More of the kernel's own modules to load, by name. */
  readonly modules?: readonly string[];
  /** The guest is killed after it. A busy machine takes several times as long as an idle one. */
  readonly timeLimitMs: number;
  /** What is done here while the guest is up. The folder is /out of the guest; the command there ends when it finds what this leaves in it. */
  readonly meanwhile?: (out: string, isUp: () => boolean) => Promise<void>;
}

export interface GuestResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const OUT_MODULES = ['virtio_pci', '9pnet_virtio', '9p'];
const ON_HOST_ROOT: FirstProcess = { script: 'init.sh', modules: [...OUT_MODULES, 'overlay'] };
const ALONE: FirstProcess = { script: 'init-alone.sh', modules: OUT_MODULES };
const SYSTEMD: FirstProcess = { script: 'init-systemd.sh', modules: [...OUT_MODULES, 'overlay', 'autofs4', 'virtio_rng'] };
const HOST_ROOT: Share = { tag: 'host', path: '/', readOnly: true };

/** Why no guest can run here; null: it can. The guest runs the host's own programs, and to hand it all files takes root. */
export function whyNoGuest(arch: Arch = ARCHS.amd64): string | null {
  if (process.arch !== 'x64') return 'this machine is no x86_64';
  if (process.getuid?.() !== 0) return 'not root';
  if (spawnSync(arch.qemu, ['--version']).error !== undefined) return `${arch.qemu} is not installed (make test-packages)`;
  return null;
}

/**
 * Boots a kernel of this machine's architecture in an emulated machine, runs a command in it as root, and gives what that printed. The guest sees the
 * host's files at their own paths as they are now, and may write: that stays in its memory.
 */
export function runInGuest(command: readonly string[], options: GuestOptions): Promise<GuestResult> {
  return boot(command, ON_HOST_ROOT, [HOST_ROOT], {}, options);
}

/** The same with nothing but busybox, and so of any architecture. `files`, by the names that they have there in /out, are the host's. */
export function runAlone(command: readonly string[], files: Readonly<Record<string, string>>, options: GuestOptions): Promise<GuestResult> {
  return boot(command, ALONE, [], files, options);
}

/**
 * The same with systemd as the first process, in a root of its own: the folder of a whole Debian, which stays as it is. `files`: as above. `outcome` is called with the folder of what the
 * command left in /out, before that goes.
 */
export function runUnderSystemd(
  command: readonly string[],
  root: string,
  files: Readonly<Record<string, string>>,
  options: GuestOptions,
  outcome: (out: string) => void,
): Promise<GuestResult> {
  return boot(command, SYSTEMD, [{ tag: 'host', path: root, readOnly: true }], files, { ...options, outcome });
}

async function boot(
  command: readonly string[],
  first: FirstProcess,
  shares: readonly Share[],
  files: Readonly<Record<string, string>>,
  {
    kernel,
    cpu,
    parameters = [],
    modules = [],
    memoryMib = 1536,
    // Two of one guest wait for each other as soon as this machine has less than two to spare, and the guest takes three times as long.
    processors = 1,
    qemu = [],
    timeLimitMs,
    meanwhile,
    outcome,
  }: GuestOptions & { outcome?: (out: string) => void },
): Promise<GuestResult> {
  const folder = mkdtempSync(join(tmpdir(), 'procmap-guest-'));
  const out = join(folder, 'out');
  const initrd = join(folder, 'initrd');
  try {
    mkdirSync(out);
    for (const [name, path] of Object.entries(files)) copyFileSync(path, join(out, name));
    writeFileSync(join(out, 'command'), script(command));
    writeFileSync(initrd, await initramfs(kernel, { ...first, modules: [...first.modules, ...modules] }));
    const all = [...shares, { tag: 'out', path: out, readOnly: false }];
    let isUp = true;
    const { arch, image } = kernel;
    const machine = runMachine({ arch, cpu, kernel: image, initrd, parameters, shares: all, memoryMib, processors, qemu }, timeLimitMs).finally(() => {
      isUp = false;
    });
    // The machine is to be off before its folder goes, also when what is done meanwhile fails: that says why.
    const [ran, beside] = await Promise.allSettled([machine, meanwhile?.(out, () => isUp)]);
    for (const result of [beside, ran]) if (result.status === 'rejected') throw result.reason;
    const screen = await machine;
    if (!existsSync(join(out, 'status'))) throw new Error(`the guest ended before its command did; its console's last lines:\n${lastLines(screen)}`);
    outcome?.(out);
    const text = (name: string): string => readFileSync(join(out, name), 'utf8');
    return { status: Number(text('status')), stdout: text('stdout'), stderr: text('stderr') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With nothing of this process's environment, so that a guest is the same whoever starts it. */
function script(command: readonly string[]): string {
  const words = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  return `exec env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${words.join(' ')}\n`;
}
