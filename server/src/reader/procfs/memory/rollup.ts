import type { Smem, SmemFile } from '@procmap/shared/memory.ts';
import { FIGURE_COLUMNS, FIGURE_ROW_CELLS } from '@procmap/shared/figures/mapping-figures.ts';
import { closeSync, openSync, readSync } from 'node:fs';
import { beat } from '../../../common/beat.ts';
import { errnoName } from '../process/outcome.ts';
import { mappedOf } from '../process/look.ts';
import { readSmall } from '../process/proc-file.ts';
import { SmapsScanner } from './smaps-scanner.ts';

/** Sums over all mappings of a process. */
export interface Rollup {
  readonly from: SmemFile;
  readonly smem: Smem;
  /** Pages of hugetlbfs, which no other sum includes; null: the kernel does not tell (before Linux 4.4). */
  readonly hugetlbKb: number | null;
}

/** The sum of a figure by the kernel's name for it; null: the kernel does not tell. */
type SumOf = (label: string) => number | null;

/**
 * Reads the kernel's sums or, in a kernel without them, adds up the figures of each mapping. `fileOf` returns the path
 * of each file. Throws the system's error. null: the address space is gone.
 */
export function readRollup(fileOf: (file: SmemFile | 'statm') => string): Rollup | null {
  try {
    return parseRollup(readSmall(fileOf('smaps_rollup')).toString('latin1'));
  } catch (error) {
    if (errnoName(error) !== 'ENOENT') throw error;
    return sumUpSmaps(fileOf);
  }
}

/** null: not the text of a smaps_rollup. */
export function parseRollup(text: string): Rollup | null {
  // The first line has an address range and [rollup].
  if (!text.includes('\nRss:')) return null;
  return rollupOf('smaps_rollup', (label) => {
    const match = new RegExp(`^${label}:\\s+([0-9]+) kB$`, 'm').exec(text);
    return match === null ? null : Number(match[1]);
  });
}

function rollupOf(from: SmemFile, sumOf: SumOf): Rollup {
  const both = (one: string, other: string): number | null => {
    const [a, b] = [sumOf(one), sumOf(other)];
    return a === null || b === null ? null : a + b;
  };
  return {
    from,
    smem: { swap_kb: sumOf('Swap'), uss_kb: both('Private_Clean', 'Private_Dirty'), pss_kb: sumOf('Pss'), rss_kb: sumOf('Rss') },
    hugetlbKb: both('Private_Hugetlb', 'Shared_Hugetlb'),
  };
}

const READ_BYTES = 32 * 1024;

/** Attempts, if the process changes its map during each of them. */
const ATTEMPTS = 3;

/** Sums are null if the map changed each time: a mapping may then be missing or counted twice. */
function sumUpSmaps(fileOf: (file: 'smaps' | 'statm') => string): Rollup | null {
  for (let left = ATTEMPTS - 1; ; left--) {
    const before = mappedOf(readSmall(fileOf('statm')));
    const { rollup, torn } = sumUpOnce(fileOf('smaps'));
    if (rollup === null || (!torn && before === mappedOf(readSmall(fileOf('statm'))))) return rollup;
    if (left === 0) return rollupOf('smaps', () => null);
  }
}

/** One attempt of sumUpSmaps(). */
function sumUpOnce(path: string): { readonly rollup: Rollup | null; readonly torn: boolean } {
  const sums = FIGURE_COLUMNS.map(() => 0);
  const scanner = new SmapsScanner();
  let rows = 0;
  const takeRows = (): void => {
    const { cells } = scanner.take();
    rows += cells.length / FIGURE_ROW_CELLS;
    // NaN stays: if a figure is missing for one mapping, its sum is unknown.
    for (let at = 2; at < cells.length; at += FIGURE_ROW_CELLS) sums.forEach((sum, i) => (sums[i] = sum + (cells[at + i] ?? NaN)));
  };
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (let count = -1; count !== 0;) {
      beat();
      count = readSync(file, buffer, 0, READ_BYTES, null);
      if (count > 0) scanner.push(buffer.subarray(0, count));
      else scanner.finish();
      takeRows();
    }
  } finally {
    closeSync(file);
  }
  if (rows === 0) return { rollup: null, torn: scanner.torn };
  const rollup = rollupOf('smaps', (label) => {
    const sum = sums[FIGURE_COLUMNS.findIndex(([, word]) => word === label)] ?? NaN;
    return Number.isNaN(sum) ? null : sum;
  });
  return { rollup, torn: scanner.torn };
}
