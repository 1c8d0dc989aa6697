import type { Intervals } from '@procmap/shared/intervals.ts';
import { HALF } from '@procmap/shared/kernel-half.fixture.ts';
import { KIND_LIST, type KindGroup } from '@procmap/shared/kind-list.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import * as words from '@procmap/shared/words.ts';
import { afterEach, expect, it, vi } from 'vitest';
import { intervalsOf, LAYOUT_64, nodeMap } from '../axis/maps.fixture.ts';

afterEach(() => {
  vi.doUnmock('@procmap/shared/kind-list.ts');
  vi.doUnmock('@procmap/shared/words.ts');
  vi.resetModules();
});

/** A map with one interval of a future kind, after all others in the list of kinds. */
function mapWith(group: KindGroup): { readonly intervals: Intervals; readonly changed: number } {
  const intervals = intervalsOf(nodeMap(), LAYOUT_64, HALF);
  const groupAt = (i: number): KindGroup => ((intervals.row[i] ?? -1) >= 0 ? 'mapping' : (intervals.part[i] ?? -1) >= 0 ? 'kernel' : 'empty');
  const changed = Array.from(intervals.kind.keys()).findIndex((i) => groupAt(i) === group);
  return { intervals: { ...intervals, kind: intervals.kind.with(changed, KINDS.length) }, changed };
}

/** The page's own code with an additional kind. */
async function pageWith(group: KindGroup) {
  vi.resetModules();
  vi.doMock('@procmap/shared/kind-list.ts', () => ({ KIND_LIST: [...KIND_LIST, ['appended', group]] }));
  vi.doMock('@procmap/shared/words.ts', () => ({ ...words, kindLabel: String, kindSentence: String }));
  const [{ legendGroups }, { classesByKind }, { classesByPerms }] = await Promise.all([
    import('./legend.ts'),
    import('../colour/by-kind.ts'),
    import('../colour/by-perms.ts'),
  ]);
  return { legendGroups, classesByKind, classesByPerms };
}

it.each<[KindGroup, string]>([
  ['empty', 'Not mapped'],
  ['mapping', 'Mapped'],
  ['kernel', 'Kernel half'],
])('has a kind that is appended to the %s ones under “%s”', async (group, title) => {
  const { intervals, changed } = mapWith(group);
  const page = await pageWith(group);
  const byKind = page.legendGroups(page.classesByKind(intervals));
  expect(byKind.filter(({ rows }) => rows.some(({ id }) => id === 'appended')).map((each) => each.title)).toEqual([title]);
  const byPerms = page.classesByPerms(intervals);
  const own = byPerms.list[byPerms.of[changed] ?? -1];
  expect(own?.id === 'appended').toBe(group === 'empty');
  const inLegend = page.legendGroups(byPerms).find(({ rows }) => rows.some(({ id }) => id === own?.id));
  expect(inLegend?.title).toBe(group === 'empty' ? 'Not mapped' : 'Permissions');
});
