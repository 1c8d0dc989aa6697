import { FIGURE_COLUMNS, FIGURE_ROW_CELLS } from '@procmap/shared/figures/mapping-figures.ts';
import { KB_OF_PAGE } from '@procmap/shared/page.ts';
import { isFailure } from '../procfs/process/outcome.ts';
import { asMarker } from '../procfs/memory/pagemap.ts';
import { readSmaps } from './smaps.ts';

const SWAP_CELL = 2 + FIGURE_COLUMNS.findIndex(([column]) => column === 'swap');

interface UnsurePages {
  /** Pages that pagemap reports as swapped without their place; ascending, relative to the first page. */
  readonly unsure: readonly number[];
  /** From mendByMappings(); null: it is unknown which pages are shared memory. */
  readonly sharedMemory: Uint8Array | null;
  /** Reads which pages are unsure by now. */
  readonly again: () => readonly number[];
}

/**
 * Decides if pages are in swap space or are markers, for a reader without the right to see the places of pages. smaps
 * tells how much of a mapping is swapped. If nothing is, the pages are markers; if as many as these, all of them are
 * swapped. Otherwise, or if the pages have changed meanwhile, it remains unknown. For shared memory, smaps counts pages
 * that pagemap does not show, so only zero is conclusive. smaps costs more than pagemap, so it is only read if there
 * are such pages. Returns false if some pages remain unknown.
 */
export async function sureOfSwap(pid: number, states: Uint8Array, startPage: number, { unsure, sharedMemory, again }: UnsurePages): Promise<boolean> {
  const endPage = startPage + states.length;
  const markers: number[] = [];
  const swapped: { readonly from: number; readonly to: number }[] = [];
  let isTold = true;
  let next = 0;
  const end = await readSmaps(pid, startPage, endPage, {
    isWanted: () => true,
    give: ({ cells }) => {
      for (let row = 0; row < cells.length; row += FIGURE_ROW_CELLS) {
        const [from, to] = [(cells[row] ?? 0) - startPage, (cells[row + 1] ?? 0) - startPage];
        const swapKb = cells[row + SWAP_CELL] ?? NaN;
        // These pages are in no mapping.
        for (; (unsure[next] ?? Infinity) < from; next++) isTold = false;
        const first = next;
        while ((unsure[next] ?? Infinity) < to) next++;
        if (first === next) continue;
        const isWhole = from >= 0 && to <= states.length;
        if (swapKb === 0) for (let i = first; i < next; i++) markers.push(unsure[i] ?? 0);
        else if (isWhole && sharedMemory?.[from] === 0 && swapKb === KB_OF_PAGE * (next - first)) swapped.push({ from, to });
        else isTold = false;
      }
      return Promise.resolve(true);
    },
  });
  if (end === null || isFailure(end) || end.torn) return false;
  const was = new Set(unsure);
  const still = new Set(again());
  for (const i of markers) {
    if (still.has(i)) states[i] = asMarker(states[i] ?? 0);
    else isTold = false;
  }
  for (const { from, to } of swapped) for (let i = from; i < to; i++) if (was.has(i) !== still.has(i)) isTold = false;
  return isTold && next === unsure.length;
}
