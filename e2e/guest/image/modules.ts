import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { busybox } from './busybox.ts';
import { type Kernel, moduleName } from './kernel.ts';

export interface KernelModule {
  readonly name: string;
  /** Contents of the .ko file, uncompressed. */
  readonly content: Buffer;
}

const MODULE_LIMIT = 64 * 2 ** 20;

/**
 * The named modules of a kernel and their dependencies, in an order that insmod accepts, without those that are built
 * in.
 */
export async function modulesInOrder(kernel: Kernel, names: readonly string[]): Promise<KernelModule[]> {
  const paths = new Map(modulePaths(kernel).map((path) => [moduleName(path), path]));
  const { builtIn } = kernel;
  const ordered = new Map<string, KernelModule>();
  const add = async (name: string): Promise<void> => {
    if (ordered.has(name) || builtIn.has(name)) return;
    const path = paths.get(name);
    if (path === undefined) throw new Error(`Linux ${kernel.release} has no module ${name}`);
    const content = await readModule(path);
    for (const needed of dependencies(content)) await add(needed);
    ordered.set(name, { name, content });
  };
  for (const name of names) await add(name);
  return [...ordered.values()];
}

function modulePaths({ modules }: Kernel): string[] {
  return readdirSync(join(modules, 'kernel'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ko(\.xz)?$/.test(path))
    .map((path) => join(modules, 'kernel', path));
}

async function readModule(path: string): Promise<Buffer> {
  const file = readFileSync(path);
  // A minimal machine has no xz.
  return path.endsWith('.xz') ? execFileSync(await busybox(), ['unxz', '-c'], { input: file, maxBuffer: MODULE_LIMIT }) : file;
}

/**
 * Dependencies of a module: `depends=a,b` among the NUL-terminated strings of its .modinfo. The package has no
 * modules.dep, since that is made during installation.
 */
export function dependencies(module: Buffer): string[] {
  const list = /\0depends=([^\0]*)\0/.exec(module.toString('latin1'))?.[1];
  if (list === undefined) throw new Error('a module without depends=');
  return list === '' ? [] : list.split(',').map(moduleName);
}
