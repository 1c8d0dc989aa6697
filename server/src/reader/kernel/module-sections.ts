import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedModule } from './loaded-modules.ts';
import { Malformed } from './root-files/malformed.ts';
import { wordOf } from './module-source.ts';
import type { Span } from './span.ts';
import { readWhole } from './root-files/whole-file.ts';

/** A section of a loaded module and its address. The kernel does not tell its end. */
export interface Section {
  /** As the module names it: not escaped. */
  readonly name: string;
  readonly address: bigint;
}

export interface ModuleSections {
  /** By module name: all sections in memory, in no order. */
  readonly of: ReadonlyMap<string, readonly Section[]>;
  /** The reason if sections of a module are missing: an errno name or a description. null: all are complete. */
  readonly error: string | null;
}

export const NO_SECTIONS: ModuleSections = { of: new Map(), error: null };

/** A large server has some 200 modules with 40 sections each. */
const MAX_MODULES = 1024;
const MAX_SECTIONS = 512;
const MAX_BYTES = 64;
/** Valid folder names. Other names may be meant to deceive. */
const MODULE_NAME = /^\w[\w.+-]*$/;
/** Sections that are freed after loading: their addresses are in use by something else now. */
const FREED = /^\.init|^\.(sym|str)tab$/;
const ADDRESS = /^0x([0-9a-f]{1,16})\n?$/;

/**
 * `root`: /sys/module. Reading its files needs CAP_DAC_READ_SEARCH, and seeing addresses in them CAP_SYSLOG. `half`:
 * the kernel half.
 */
export async function readModuleSections(root: string, modules: readonly LoadedModule[], half: Span): Promise<ModuleSections> {
  const of = new Map<string, readonly Section[]>();
  let error: string | null = null;
  for (const { name, isLive } of modules) {
    if (!isLive) continue;
    try {
      if (of.size === MAX_MODULES) throw new Malformed('too many modules');
      if (!MODULE_NAME.test(name)) throw new Malformed('a module of an unusual name');
      of.set(name, await readSections(join(root, name, 'sections'), half));
    } catch (thrown) {
      error ??= wordOf(thrown);
    }
  }
  return { of, error };
}

async function readSections(folder: string, half: Span): Promise<Section[]> {
  const names = (await readdir(folder)).filter((name) => !FREED.test(name));
  if (names.length > MAX_SECTIONS) throw new Malformed('too many sections');
  return Promise.all(
    names.map(async (name) => ({ name, address: addressOf((await readWhole(join(folder, name), MAX_BYTES)).bytes.toString('latin1'), half) })),
  );
}

function addressOf(text: string, { start, end }: Span): bigint {
  const address = BigInt(`0x${ADDRESS.exec(text)?.[1] ?? '0'}`);
  if (address < start || address >= end) throw new Malformed('a section that is not in the kernel half');
  return address;
}
