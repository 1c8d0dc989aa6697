import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initramfs } from './initramfs.ts';
import type { Kernel } from './kernel.ts';
import { lastLines, type Machine, QEMU, runMachine } from './machine.ts';

export interface GuestOptions extends Partial<Pick<Machine, 'parameters' | 'qemu'>>, Pick<Machine, 'cpu'> {
  readonly kernel: Kernel;
  /** More of the kernel's own modules to load, by name. */
  readonly modules?: readonly string[];
  /** The guest is killed after it. A busy machine takes several times as long as an idle one. */
  readonly timeLimitMs: number;
}

export interface GuestResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Why no guest can run here; null: it can. The guest runs the host's own programs, and to hand it all files takes root. */
export function whyNoGuest(): string | null {
  if (process.arch !== 'x64') return 'this machine is no x86_64';
  if (process.getuid?.() !== 0) return 'not root';
  if (spawnSync(QEMU, ['--version']).error !== undefined) return `${QEMU} is not installed (apt-get install qemu-system-x86)`;
  return null;
}

/**
 * Boots a kernel in an emulated machine, runs a command in it as root, and gives what that printed. The guest sees the host's files at their own
 * paths as they are now, and may write: that stays in its memory.
 */
export async function runInGuest(command: readonly string[], options: GuestOptions): Promise<GuestResult> {
  const { kernel, cpu, parameters = [], modules = [], qemu = [], timeLimitMs } = options;
  const folder = mkdtempSync(join(tmpdir(), 'procmap-guest-'));
  const out = join(folder, 'out');
  const initrd = join(folder, 'initrd');
  const shares = [
    { tag: 'host', path: '/', readOnly: true },
    { tag: 'out', path: out, readOnly: false },
  ];
  try {
    mkdirSync(out);
    writeFileSync(join(out, 'command'), script(command));
    writeFileSync(initrd, await initramfs(kernel, modules));
    const screen = await runMachine({ cpu, kernel: kernel.bzImage, initrd, parameters, shares, qemu }, timeLimitMs);
    if (!existsSync(join(out, 'status'))) throw new Error(`the guest ended before its command did; its console's last lines:\n${lastLines(screen)}`);
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
