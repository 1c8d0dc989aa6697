import { PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SWAPPED } from '@procmap/shared/figures/page-states.ts';
import { pageCounts } from '@procmap/shared/output/pages-json.ts';
import { expect, it } from 'vitest';
import { pagesElsewhere, swappedWords } from './pages-elsewhere.ts';

const FLAGS = Uint8Array.of(PAGE_PRESENT, PAGE_SWAPPED, PAGE_SWAPPED, PAGE_GUARD, PAGE_MARKER, 0);
const MARKER = '1 with a marker (userfaultfd, poisoned, migrating or on a device)';

it.each([
  [FLAGS, true, true, `, 2 in swap space, 1 of guards, ${MARKER}`],
  [FLAGS, false, true, `, 2 in swap space, 1 of guards, ${MARKER}; the kernel does not report whether more of them are in swap space`],
  [FLAGS, false, false, `, 2 in swap space or with a marker, 1 of guards, ${MARKER}; the kernel does not report how many of them are in swap space`],
  [Uint8Array.of(PAGE_PRESENT, 0), true, true, ''],
  [Uint8Array.of(PAGE_PRESENT, 0), false, true, '; the kernel does not report whether more of them are in swap space'],
])('says about %s only what is known (swapped: %s, markers: %s)', (flags, swapTold, markerTold, words) =>
  expect(pagesElsewhere(pageCounts(flags, { swapTold, markerTold }), flags)).toBe(words),
);

it('names the colour of swapped pages by what they may be', () =>
  expect([null, { marker: 0 }, { marker: null }].map(swappedWords)).toEqual(['In swap space', 'In swap space', 'In swap space or a marker: not known which']));
