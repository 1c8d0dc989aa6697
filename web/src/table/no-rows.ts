import { formatCount } from '@procmap/shared/units.ts';
import type { Show } from '../axis/hierarchy.ts';
import type { Search } from '../search/search.svelte.ts';

/** The state of a table without rows. */
export interface NoRows {
  readonly show: Show;
  /** Gaps have rows. */
  readonly gaps: boolean;
  readonly search: Pick<Search, 'matches' | 'problem' | 'elsewhere'> & { readonly hits: { readonly length: number } };
}

/** The kernel half may have more mappings than a source describes. */
const NOTHING: { readonly [S in Show]: string } = {
  both: 'No known mapping.',
  user: 'Nothing is mapped in this half.',
  kernel: 'No known mapping in this half.',
};

/** Why the table has no rows, and how to get some. */
export function noRowsWords({ show, gaps, search: { matches, problem, elsewhere, hits } }: NoRows): string {
  if (problem !== '') return problem;
  if (matches === null) return `${NOTHING[show]} Turn on the gaps to see the rest.`;
  if (!gaps && hits.length > 0)
    return hits.length === 1
      ? 'The match is one of the gaps. Turn on the gaps to see it.'
      : `All ${formatCount(hits.length)} matches are gaps. Turn on the gaps to see them.`;
  return elsewhere === '' ? 'No region matches the search.' : `No region of this half matches the search. ${elsewhere}`;
}
