import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { busybox } from './busybox.ts';
import { type Kernel, moduleName } from './kernel.ts';

export interface KernelModule {
  readonly name: string;
  /** Of the .ko, never compressed. */
  readonly content: Buffer;
}

const MODULE_LIMIT = 64 * 2 ** 20;

/** The named modules of a kernel and all that they need, in an order in which insmod takes them; without what is part of the kernel already. */
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
  // A small machine has no xz.
  return path.endsWith('.xz') ? execFileSync(await busybox(), ['unxz', '-c'], { input: file, maxBuffer: MODULE_LIMIT }) : file;
}

/** A module says `depends=a,b` among the NUL-ended strings of its .modinfo; the package has no modules.dep, which the installation would make. */
export function dependencies(module: Buffer): string[] {
  const list = /\0depends=([^\0]*)\0/.exec(module.toString('latin1'))?.[1];
  if (list === undefined) throw new Error('a module without depends=');
  return list === '' ? [] : list.split(',').map(moduleName);
}
