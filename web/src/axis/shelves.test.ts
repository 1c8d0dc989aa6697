import { Kind } from '@procmap/shared/kind.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildHierarchy } from './hierarchy.ts';
import { intervalsOf, library, type Line } from './maps.fixture.ts';
import type { Shelves } from './shelves.ts';

const BASE = 0x7_f000_0000;

/** Adjacent libraries; each step puts something on top of the last: a library, or a mapping of `pages`. */
function stacked(...steps: readonly ('library' | { pages: number; kind?: number; name?: string } | { gap: number })[]): Line[] {
  let at = BASE;
  const lines: Line[] = [];
  for (const [k, step] of steps.entries()) {
    if (step === 'library') lines.push(...library(`/lib/lib${k}.so.1`, at, 50));
    else if ('gap' in step) at += step.gap;
    else lines.push({ start: at, end: at + step.pages, kind: step.kind ?? Kind.anon, name: step.name ?? '' });
    if (step === 'library' || 'pages' in step) at = lines.at(-1)?.end ?? at;
  }
  return lines;
}

function shelvesOf(lines: readonly Line[]): Shelves {
  return buildHierarchy(intervalsOf(lines)).shelves;
}

describe('shelves', () => {
  it('hold neighbouring libraries with their bss, locale files and small gaps', () => {
    const { length, libraries, mappings } = shelvesOf(
      stacked('library', { pages: 8 }, 'library', { pages: 1, kind: Kind.file, name: '/usr/lib/locale/C/LC_TIME' }, { gap: 6 }, 'library', { pages: 30 }),
    );
    expect([length, [...libraries], [...mappings]]).toEqual([1, [3], [17]]);
  });

  it.each([
    ['memory of some size', { pages: 65 }],
    ['a large gap', { gap: 513 }],
    ['a heap', { pages: 1, kind: Kind.heap, name: '[heap]' }],
    ['the vDSO', { pages: 2, kind: Kind.vdso, name: '[vdso]' }],
  ])('end at %s', (_, between) => {
    expect([...shelvesOf(stacked('library', 'library', between, 'library', 'library', 'library')).libraries]).toEqual([2, 3]);
    expect(shelvesOf(stacked('library', between, 'library')).length).toBe(0);
  });

  it('are not made of one library, nor of a program, nor of data named like a library', () => {
    expect(shelvesOf(stacked('library')).length).toBe(0);
    expect(shelvesOf([...library('/usr/bin/a', BASE, 9), ...library('/usr/bin/b', BASE + 100, 9)]).length).toBe(0);
    const data = ['/x/a.so', '/x/b.so'].map((name, k) => ({ start: BASE + 9 * k, end: BASE + 9 * k + 9, name, kind: Kind.file }));
    expect(shelvesOf(data).length).toBe(0);
  });

  it('are whole runs of one cluster, disjoint, and begin and end with a library', () => {
    const step = fc.oneof(
      fc.constant('library' as const),
      fc.integer({ min: 1, max: 90 }).map((pages) => ({ pages })),
      fc.constantFrom(1, 400, 600, 2 ** 18, 2 ** 20).map((gap) => ({ gap })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { shelves, runs, clusters, axis } = buildHierarchy(intervalsOf(stacked(...steps)));
        const { kind } = axis.intervals;
        let before = 0;
        for (let s = 0; s < shelves.length; s++) {
          const [first = -1, end = -1, firstRun = -1, endRun = -1] = [shelves.first[s], shelves.end[s], shelves.firstRun[s], shelves.endRun[s]];
          expect(first).toBeGreaterThanOrEqual(before);
          before = end;
          expect([runs.first[firstRun], runs.end[endRun - 1]]).toEqual([first, end]);
          expect([kind[first], kind[end - 1]]).toEqual([Kind.rodata, Kind.data]);
          expect(shelves.libraries[s]).toBeGreaterThan(1);
          expect(shelves.mappings[s]).toBe(runs.mappings.slice(firstRun, endRun).reduce((a, b) => a + b, 0));
          expect(clusters.first.some((from, c) => from <= first && end <= (clusters.end[c] ?? 0))).toBe(true);
        }
      }),
    );
  });
});
