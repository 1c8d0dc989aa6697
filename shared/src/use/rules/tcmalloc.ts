import { Kind } from '../../kind.ts';
import type { UseMap } from '../use-map.ts';

/**
 * gperftools' tcmalloc replaces malloc, and grows the program break. What it maps where that cannot grow has plain
 * flags and no size of its own: it gets no name.
 */
export function tcmalloc(map: UseMap): void {
  const library = map.program(/^libtcmalloc(_minimal)?(_and_profiler)?(_debug)?\.so/);
  if (library === null) return;
  const evidence = `the kernel calls it [heap]: the program break, which ${library} takes in place of malloc`;
  map.claimKinds(new Map([[Kind.heap, { use: 'heap', certainty: 'told', of: 'tcmalloc', evidence }]]));
}
