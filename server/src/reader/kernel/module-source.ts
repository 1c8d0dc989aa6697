import { stat } from 'node:fs/promises';
import type { KernelRanges } from '@procmap/shared/kernel-ranges.ts';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { errnoName } from '../procfs/process/outcome.ts';
import { Malformed } from './root-files/malformed.ts';
import { type ModuleRegions, parseModuleRanges, parseModuleRegions } from './module-files.ts';
import type { Kernel } from './places.ts';
import type { Where } from './where.ts';
import { readWhole } from './root-files/whole-file.ts';

/** What procmap's module says; or `error`: an errno name, or what is wrong with its text. */
export type ModuleAnswer =
  { readonly error: string } | { readonly error: null; readonly regions: ModuleRegions; /** null: too many to show. */ readonly ranges: KernelRanges | null };

const MAX_REGION_BYTES = 64 * 1024;
/** More than MAX_RANGES lines: what is longer is not even taken apart. */
const MAX_RANGE_BYTES = 16 * 1024 * 1024;

function path({ debugfsRoot }: Where, file: string): string {
  return `${debugfsRoot}/procmap/${file}`;
}

/** Empty when its files are there, or else the name of the error: to see cheaply whether it came or went. */
export async function moduleError(where: Where): Promise<string> {
  try {
    await stat(path(where, 'kernel_regions'));
    return '';
  } catch (error) {
    return wordOf(error);
  }
}

/** `kernel`: as procmap has its half. A module that says another one is not drawn: what lies outside would be missing, and places of it wrong. */
export async function askModule(where: Where, { bits, half }: Pick<Kernel, 'bits' | 'half'>): Promise<ModuleAnswer> {
  try {
    const text = (await readWhole(path(where, 'kernel_regions'), MAX_REGION_BYTES)).bytes.toString('latin1');
    const regions = parseModuleRegions(text, bits);
    const begins = regions.values.get('kernel_start') ?? half.start;
    if (begins !== half.start) throw new Malformed(`its kernel half begins at 0x${begins.toString(16)}, procmap's at 0x${half.start.toString(16)}`);
    const tables = await readWhole(path(where, 'page_tables'), MAX_RANGE_BYTES);
    return { error: null, regions, ranges: tables.isCut ? null : parseModuleRanges(tables.bytes.toString('latin1'), bits) };
  } catch (error) {
    return { error: wordOf(error) };
  }
}

/** For a note: `EACCES`, or what is wrong with a text. */
export function wordOf(error: unknown): string {
  // What is wrong with a text may hold some of it.
  if (error instanceof Malformed) return escapeText(error.message);
  return errnoName(error) || 'of an unknown error';
}
