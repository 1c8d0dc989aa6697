import type { Intervals } from '@procmap/shared/intervals.ts';
import { type Classes, MAX_CLASSES } from '../../colour/classes.ts';
import type { Block } from './blocks.ts';

const known = new WeakMap<Classes, Map<number, Float64Array>>();

/** Pages of each colour class in a block. O(its intervals) once per map and colouring. */
export function pagesByClass({ bounds }: Intervals, classes: Classes, { shelf, first, end }: Block): Float64Array {
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
