import { FIGURE_COLUMNS, FIGURE_ROW_CELLS } from '@procmap/shared/figures/mapping-figures.ts';
import { KB_OF_PAGE } from '@procmap/shared/page.ts';
import { isFailure } from '../procfs/process/outcome.ts';
import { asMarker } from '../procfs/memory/pagemap.ts';
import { readSmaps } from './smaps.ts';

const SWAP_CELL = 2 + FIGURE_COLUMNS.findIndex(([column]) => column === 'swap');

export interface UnsurePages {
  /** Which pagemap calls swapped without telling where they are; ascending, from the first page on. */
  readonly unsure: readonly number[];
  /** As mendByMappings() gives it; null: it is not known what lies in shared memory. */
  readonly sharedMemory: Uint8Array | null;
  /** Those that are unsure by now. */
  readonly again: () => readonly number[];
}

/**
 * For a reader that is not told where a page is, and so not whether those pages are in swap space or markers. smaps tells how much of a mapping is in swap space: nothing, and they are markers; all of them, and none is.
 * Else it is not told, nor where pages are others by now. Of shared memory smaps counts what pagemap does not show, so that only nothing says something. That file costs more than pagemap, and is read for such pages
 * only. False: of some it is not told.
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
        // In no mapping.
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
