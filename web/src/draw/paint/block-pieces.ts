import { sum } from 'd3-array';
import type { Intervals } from '@procmap/shared/intervals.ts';
import { type Classes, MAX_CLASSES } from '../../colour/classes.ts';
import type { Block } from './blocks.ts';

const known = new WeakMap<Classes, Map<number, Float64Array>>();

/** Pages of each colour class in a block. O(its intervals) once per map and colouring. */
function pagesByClass({ bounds }: Intervals, classes: Classes, { shelf, first, end }: Block): Float64Array {
  let ofClasses = known.get(classes);
  if (ofClasses === undefined) known.set(classes, (ofClasses = new Map<number, Float64Array>()));
  let pages = ofClasses.get(shelf);
  if (pages !== undefined) return pages;
  ofClasses.set(shelf, (pages = new Float64Array(MAX_CLASSES)));
  for (let i = first; i < end; i++) {
    const colourClass = classes.of[i] ?? 0;
    pages[colourClass] = (pages[colourClass] ?? 0) + (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
  }
  return pages;
}

/** A colour class of a block, device px from its left edge. */
interface BlockPiece {
  readonly colourClass: number;
  readonly left: number;
  readonly right: number;
}

/** The classes of a block side by side, each as wide as its share of the pages. */
export function blockPieces(intervals: Intervals, classes: Classes, block: Block, width: number): BlockPiece[] {
  const pages = pagesByClass(intervals, classes, block);
  const whole = sum(pages);
  const pieces: BlockPiece[] = [];
  let [at, left] = [0, 0];
  pages.forEach((part, colourClass) => {
    at += part;
    const right = Math.round((at / whole) * width);
    if (right > left) pieces.push({ colourClass, left, right });
    left = right;
  });
  return pieces;
}
