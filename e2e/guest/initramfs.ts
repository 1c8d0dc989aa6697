import { readFileSync } from 'node:fs';
import { cpio, type CpioEntry } from './cpio.ts';
import type { Kernel } from './kernel.ts';
import { busybox } from './busybox.ts';
import { modulesInOrder } from './modules.ts';

/** What init.sh mounts. */
const NEEDED = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];
const FOLDER = 0o040755;
const PROGRAM = 0o100755;
const FILE = 0o100644;
const CHARACTER_DEVICE = 0o020600;
/** Without it the first process has no standard output. */
const CONSOLE: CpioEntry = { path: 'dev/console', mode: CHARACTER_DEVICE, device: [5, 1] };

/** The guest's first root: busybox, init.sh, and the modules with which that reaches the host's root file system, and those that are asked for. */
export async function initramfs(kernel: Kernel, names: readonly string[]): Promise<Buffer> {
  const modules = await modulesInOrder(kernel, [...NEEDED, ...names]);
  return cpio([
    ...['bin', 'dev', 'proc', 'modules'].map((path) => ({ path, mode: FOLDER })),
    CONSOLE,
    { path: 'bin/busybox', mode: PROGRAM, content: readFileSync(await busybox()) },
    { path: 'init', mode: PROGRAM, content: readFileSync(new URL('init.sh', import.meta.url)) },
    { path: 'modules/order', mode: FILE, content: Buffer.from(modules.map(({ name }) => `${name}\n`).join('')) },
    ...modules.map(({ name, content }) => ({ path: `modules/${name}.ko`, mode: FILE, content })),
  ]);
}
