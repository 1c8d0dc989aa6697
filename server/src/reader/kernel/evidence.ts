import { type PhysicalMemory, NO_MEMORY, parseIomem } from './iomem.ts';
import { type LoadedModules, parseModules } from './loaded-modules.ts';
import type { ModuleSections } from './module-sections.ts';
import type { Kernel } from './places.ts';
import type { RootFiles } from './root-files/root-files.ts';
import type { Symbols } from './symbols.ts';
import type { Where } from './where.ts';
import { textOrNull } from './root-files/whole-file.ts';

/** Facts from /proc that every source uses. */
export interface Evidence {
  readonly kernel: Kernel;
  readonly memory: PhysicalMemory;
  readonly symbols: Symbols;
  /** null: the kernel does not support modules. */
  readonly modules: LoadedModules | null;
  readonly sections: ModuleSections;
  /** null: it cannot be read. */
  readonly commandLine: string | null;
}

export async function readModules({ procRoot }: Where): Promise<LoadedModules | null> {
  return parseModules(await textOrNull(`${procRoot}/modules`));
}

export async function readPhysicalMemory(root: RootFiles): Promise<PhysicalMemory> {
  try {
    return parseIomem(await root.iomem());
  } catch {
    return NO_MEMORY;
  }
}

export function readKernelCommandLine({ procRoot }: Where): Promise<string | null> {
  return textOrNull(`${procRoot}/cmdline`);
}
