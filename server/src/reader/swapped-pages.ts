import { FIGURE_COLUMNS, FIGURE_ROW_CELLS } from '@procmap/shared/mapping-figures.ts';
import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_MARKER, PAGE_SWAPPED } from '@procmap/shared/page-states.ts';
import { isFailure } from './outcome.ts';
import { readSmaps } from './smaps.ts';

const SWAP_CELL = 2 + FIGURE_COLUMNS.findIndex(([column]) => column === 'swap');

/**
 * For a reader that is not told where a page is: what pagemap calls swapped is a marker where smaps says of the mapping that nothing of it is in swap space. That file costs more, and is read for such
 * pages only. False: it cannot be read, or does not tell.
 */
export async function sureOfSwap(pid: number, states: Uint8Array, startPage: number): Promise<boolean> {
  const endPage = startPage + states.length;
  const left = new Set<number>();
  states.forEach((state, i) => {
    if ((state & PAGE_SWAPPED) !== 0) left.add(i);
  });
  const end = await readSmaps(pid, startPage, endPage, {
    isWanted: () => true,
    give: ({ cells }) => {
      for (let row = 0; row < cells.length; row += FIGURE_ROW_CELLS) {
        const swapKb = cells[row + SWAP_CELL] ?? NaN;
        if (Number.isNaN(swapKb)) continue;
        const to = Math.min(cells[row + 1] ?? 0, endPage) - startPage;
        for (let i = Math.max(cells[row] ?? 0, startPage) - startPage; i < to; i++) {
          if (!left.delete(i) || swapKb > 0) continue;
          states[i] = ((states[i] ?? 0) & ~(PAGE_SWAPPED | PAGE_FILE | PAGE_EXCLUSIVE)) | PAGE_MARKER;
        }
      }
      return Promise.resolve(true);
    },
  });
  return end !== null && !isFailure(end) && !end.torn && left.size === 0;
}
