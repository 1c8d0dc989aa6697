import { isEmpty } from '@procmap/shared/places/address-query.ts';
import { formatCount } from '@procmap/shared/units.ts';
import type { Search } from './search.svelte.ts';

type Found = Pick<Search, 'query' | 'hits' | 'position' | 'located' | 'problem' | 'elsewhere'>;

/** What the search found, in the width of the field; '' for nothing typed. */
export function verdictOf({ query, hits, position, located, problem, elsewhere }: Found): string {
  if (query.type === 'none') return '';
  if (query.type === 'address') return located !== null ? '⏎ go there' : isEmpty(query) ? 'empty range' : 'no such address';
  if (query.type === 'wrong' && query.place !== undefined) return query.place === 'none' ? 'not mapped' : 'several places';
  if (query.type === 'wrong') return query.unfinished === true ? 'unfinished' : 'not understood';
  if (problem !== '') return 'no figures';
  if (hits.length === 0) return elsewhere === '' ? 'no match' : 'no match here';
  return position < 0 ? formatCount(hits.length) : `${formatCount(position + 1)} / ${formatCount(hits.length)}`;
}
