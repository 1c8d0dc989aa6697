import { stat } from 'node:fs/promises';
import type { KernelRanges } from '@procmap/shared/kernel-ranges.ts';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { errnoName } from '../procfs/process/outcome.ts';
import { Malformed } from './root-files/malformed.ts';
import { type ModuleRegions, parseModuleRanges, parseModuleRegions } from './module-files.ts';
import type { Kernel } from './places.ts';
import type { Where } from './where.ts';
import { readWhole } from './root-files/whole-file.ts';

/** Data from procmap's kernel module, or `error`: an errno name, or what is wrong with its text. */
type ModuleAnswer =
  { readonly error: string } | { readonly error: null; readonly regions: ModuleRegions; /** null: too many to show. */ readonly ranges: KernelRanges | null };

const MAX_REGION_BYTES = 64 * 1024;
/** Room for more than MAX_RANGES lines. Longer texts are not even parsed. */
const MAX_RANGE_BYTES = 16 * 1024 * 1024;

function path({ debugfsRoot }: Where, file: string): string {
  return `${debugfsRoot}/procmap/${file}`;
}

/**
 * Empty if the module's files exist, else the name of the error. A cheap test if the module has been loaded or
 * unloaded.
 */
export async function moduleError(where: Where): Promise<string> {
  try {
    await stat(path(where, 'kernel_regions'));
    return '';
  } catch (error) {
    return wordOf(error);
  }
}

/**
 * `kernel`: procmap's idea of the kernel half. Data of a module with another idea is not used: regions would be missing
 * or misplaced.
 */
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

/** A word for a note: `EACCES`, or what is wrong with a text. */
export function wordOf(error: unknown): string {
  // The message may quote the text, so it is escaped.
  if (error instanceof Malformed) return escapeText(error.message);
  return errnoName(error) || 'of an unknown error';
}
