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
  /** Additional kernel modules to load, by name. */
  readonly modules?: readonly string[];
  /** The guest is killed after this time. A busy machine takes several times as long as an idle one. */
  readonly timeLimitMs: number;
  /**
   * Runs on the host while the guest is up. The folder is /out in the guest, whose command ends when it finds the file
   * that this leaves there.
   */
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

/**
 * The reason why no guest can run here; null: it can. The guest runs the host's programs, and giving it all files needs
 * root.
 */
export function whyNoGuest(arch: Arch = ARCHS.amd64): string | null {
  if (process.arch !== 'x64') return 'this machine is no x86_64';
  if (process.getuid?.() !== 0) return 'not root';
  if (spawnSync(arch.qemu, ['--version']).error !== undefined) return `${arch.qemu} is not installed (make test-packages)`;
  return null;
}

/**
 * Boots a kernel of this machine's architecture in an emulated machine, runs a command in it as root, and returns its
 * output. The guest sees the host's present files at their own paths. It may write, but only to its memory.
 */
export function runInGuest(command: readonly string[], options: GuestOptions): Promise<GuestResult> {
  return boot(command, ON_HOST_ROOT, [HOST_ROOT], {}, options);
}

/**
 * Like runInGuest(), with nothing but busybox, so for any architecture. `files`: host files, by their names in /out of
 * the guest.
 */
export function runAlone(command: readonly string[], files: Readonly<Record<string, string>>, options: GuestOptions): Promise<GuestResult> {
  return boot(command, ALONE, [], files, options);
}

/**
 * Like runInGuest(), with systemd as the first process, in a separate root: the folder of a whole Debian, which is not
 * changed. `files`: as above. `outcome`: called with the folder of the command's files in /out, before it is removed.
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
    // With two, they wait for each other if this machine has less than two to spare, and the guest takes three times as
    // long.
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
    // The machine must be off before its folder is removed, even if `meanwhile` fails, which explains the failure.
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

/** Without this process's environment, so that the guest does not depend on the caller. */
function script(command: readonly string[]): string {
  const words = command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  return `exec env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${words.join(' ')}\n`;
}
