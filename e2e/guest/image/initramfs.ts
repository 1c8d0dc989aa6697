import { readFileSync } from 'node:fs';
import { cpio, type CpioEntry } from './cpio.ts';
import type { Kernel } from './kernel.ts';
import { busybox } from './busybox.ts';
import { modulesInOrder } from './modules.ts';

const FOLDER = 0o040755;
const PROGRAM = 0o100755;
const FILE = 0o100644;
const CHARACTER_DEVICE = 0o020600;
/** Without this device, the first process has no standard output. */
const CONSOLE: CpioEntry = { path: 'dev/console', mode: CHARACTER_DEVICE, device: [5, 1] };

/** What all scripts of first processes include. */
const COMMON = 'init-common.sh';

/** The first process of a guest, a script in this folder, and the kernel modules that it needs for mounting. */
export interface FirstProcess {
  readonly script: string;
  readonly modules: readonly string[];
}

/** The guest's first root: busybox, the script of the first process, and modules. */
export async function initramfs(kernel: Kernel, { script, modules: names }: FirstProcess): Promise<Buffer> {
  const modules = await modulesInOrder(kernel, names);
  return cpio([
    ...['bin', 'dev', 'etc', 'proc', 'sys', 'tmp', 'modules', 'out'].map((path) => ({ path, mode: FOLDER })),
    CONSOLE,
    { path: 'bin/busybox', mode: PROGRAM, content: readFileSync(await busybox(kernel.arch.name)) },
    { path: 'init', mode: PROGRAM, content: readFileSync(new URL(script, import.meta.url)) },
    { path: COMMON, mode: FILE, content: readFileSync(new URL(COMMON, import.meta.url)) },
    { path: 'etc/passwd', mode: FILE, content: Buffer.from('root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n') },
    { path: 'modules/order', mode: FILE, content: Buffer.from(modules.map(({ name }) => `${name}\n`).join('')) },
    ...modules.map(({ name, content }) => ({ path: `modules/${name}.ko`, mode: FILE, content })),
  ]);
}
