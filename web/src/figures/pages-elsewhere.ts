import { type PageCounts, pageCounts } from '@procmap/shared/output/pages-json.ts';
import { formatCount } from '@procmap/shared/units.ts';

const MARKER = 'with a marker (userfaultfd, poisoned, migrating or on a device)';

/**
 * A sentence about pages that are not in memory; '' if there are none. `flags` are the bits of each page: a lower bound
 * where `counts` is unknown.
 */
export function pagesElsewhere({ swapped, guard, marker }: PageCounts, flags: Uint8Array): string {
  const shown = pageCounts(flags, { swapTold: true, markerTold: true });
  const parts = [
    [swapped ?? shown.swapped ?? 0, marker === null ? 'in swap space or with a marker' : 'in swap space'],
    [guard, 'of guards'],
    [marker ?? shown.marker ?? 0, MARKER],
  ] as const;
  const told = parts.map(([count, words]) => (count > 0 ? `, ${formatCount(count)} ${words}` : '')).join('');
  if (swapped !== null) return told;
  return `${told}; the kernel does not report ${marker === null ? 'how many' : 'whether more'} of them are in swap space`;
}

/** The meaning of the colour of swapped pages. null: none is drawn. */
export function swappedWords(counts: Pick<PageCounts, 'marker'> | null): string {
  return counts?.marker === null ? 'In swap space or a marker: not known which' : 'In swap space';
}
