import type { Hierarchy } from '../../axis/hierarchy.ts';
import type { Ruler } from '../../axis/projection.ts';
import type { Rows } from '../../axis/rows.ts';
import { shelfAt } from '../../axis/shelves.ts';

/** A shelf of libraries that is drawn as one block, until its libraries are high enough to be named one by one. */
export interface Block {
  readonly shelf: number;
  /** Its intervals, [first, end). */
  readonly first: number;
  readonly end: number;
  /** The part in sight, whole device px of the plot; bottom > top. */
  readonly top: number;
  readonly bottom: number;
}

/** CSS px: a shelf is open from this mean height of a library on, a line of text and its margin. */
const OPEN = 14;
/** A lower one is left to its rows. */
const LEAST = 6;

/** The closed shelves in sight, from the top down. The time depends on the number of rows. */
export function closedShelves({ shelves }: Hierarchy, ruler: Ruler, rows: Rows, height: number, dpr: number): Block[] {
  const blocks: Block[] = [];
  if (shelves.length === 0) return blocks;
  for (let r = 0; r < rows.length;) {
    const shelf = shelfAt(shelves, (rows.end[r] ?? 0) - 1);
    const first = shelf < 0 ? (rows.first[r] ?? 0) : (shelves.first[shelf] ?? 0);
    if (shelf >= 0) {
      const end = shelves.end[shelf] ?? 0;
      const [above, below] = [ruler.yOfBound(end), ruler.yOfBound(first)];
      const [top, bottom] = [Math.max(0, Math.round(above)), Math.min(height, Math.round(below))];
      if ((below - above) / (shelves.libraries[shelf] ?? 1) < OPEN * dpr && bottom - top >= LEAST * dpr) blocks.push({ shelf, first, end, top, bottom });
    }
    do r++;
    while (r < rows.length && (rows.end[r] ?? 0) > first);
  }
  return blocks;
}

/** The block that holds an interval; undefined: none does. */
export function blockAt(blocks: readonly Block[], interval: number): Block | undefined {
  return blocks.find(({ first, end }) => first <= interval && interval < end);
}
