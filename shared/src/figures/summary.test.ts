import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spaceOf, tile } from '../intervals.ts';
import { HALF } from '../kernel-half.fixture.ts';
import { rangeParts, regionParts } from '../kernel-parts.ts';
import { isMappingKind, Kind, kindName, kindsOf } from '../kind.ts';
import { isNoAccess, isWriteExec } from '../perms.ts';
import { summarise } from './summary.ts';
import { LAYOUT_64, layouts, type Line, linesIn, tableOf, ANON_LINE } from '../table.fixture.ts';

const LINE = ANON_LINE;
/** Rows of the kinds that a mapping can have. */
const MAPPING_KINDS = kindsOf('mapping');

const spaces = layouts.chain((layout) =>
  fc.tuple(
    fc.constant(layout),
    linesIn(layout).map((lines) => lines.map((line) => ({ ...line, kind: MAPPING_KINDS[line.kind % MAPPING_KINDS.length] ?? Kind.text }))),
  ),
);

describe('a summary', () => {
  it('counts each interval once, by its kind', () =>
    fc.assert(
      fc.property(spaces, ([layout, lines]) => {
        const intervals = tile(tableOf(lines), layout);
        const { mappings, kinds } = summarise(intervals);
        expect(mappings).toBe(lines.length);
        expect(kinds.reduce((sum, { count }) => sum + count, 0)).toBe(intervals.length);
        expect(kinds.reduce((sum, { pages }) => sum + pages, 0)).toBe(layout.end);
        expect(kinds.map(({ kind }) => kind)).toEqual([...new Set(intervals.kind)].sort((a, b) => a - b));
        expect(kinds.filter(({ kind }) => isMappingKind(kind)).reduce((sum, { count }) => sum + count, 0)).toBe(lines.length);
      }),
    ));

  it('knows what permissions its mappings have, each in one way', () =>
    fc.assert(
      fc.property(spaces, ([layout, lines]) => {
        const { writeExec, noAccess } = summarise(tile(tableOf(lines), layout));
        expect(writeExec).toBe(lines.filter(({ perms }) => isWriteExec(perms)).length);
        expect(noAccess).toBe(lines.filter(({ perms }) => isNoAccess(perms)).length);
      }),
    ));

  it('divides the usable space into mapped, sparse and the NULL trap', () => {
    // Only mappings within the usable space: no real process has one across its end.
    const within = spaces.map(([layout, lines]) => [layout, lines.filter(({ end }) => end <= layout.taskEnd)] as const);
    fc.assert(
      fc.property(within, ([layout, lines]) => {
        const intervals = tile(tableOf(lines), layout);
        const { userPages, mappedPages, sparsePages, sparseRegions, largestGapPages } = summarise(intervals);
        const sizes = Array.from(intervals.kind, (kind, i) => ({ kind: kindName(kind), pages: (intervals.bounds[i + 1] ?? 0) - (intervals.bounds[i] ?? 0) }));
        const gaps = sizes.filter(({ kind }) => kind === 'gap').map(({ pages }) => pages);
        const trap = sizes.find(({ kind }) => kind === 'null_trap')?.pages ?? 0;
        expect(userPages).toBe(layout.taskEnd);
        expect(mappedPages + sparsePages + trap).toBe(userPages);
        expect(mappedPages).toBe(lines.reduce((sum, { start, end }) => sum + end - start, 0));
        expect([sparseRegions, sparsePages, largestGapPages]).toEqual([gaps.length, gaps.reduce((a, b) => a + b, 0), Math.max(0, ...gaps)]);
      }),
    );
  });

  it('counts [vsyscall] as a mapping, but not in the user half', () => {
    const gate: Line = { ...LINE, start: 0xf_ffff_ffff_f600, end: 0xf_ffff_ffff_f601, perms: 4, kind: Kind.vsyscall };
    const intervals = tile(tableOf([LINE, gate]), LAYOUT_64);
    expect(spaceOf(intervals, intervals.length - 2)).toBe('kernel');
    expect(summarise(intervals)).toMatchObject({ mappings: 2, mappedPages: 3, sparseRegions: 2, sparsePages: 2 ** 35 - 1 - 3 - 1 });
  });
});

it('counts no sparse region of the kernel half, and what of it is writable and executable', () => {
  const without = summarise(tile(tableOf([]), LAYOUT_64));
  for (const parts of [rangeParts, regionParts]) {
    const { sparseRegions, sparsePages, largestGapPages, kernelWriteExecPages, kinds } = summarise(tile(tableOf([]), LAYOUT_64, parts(HALF, LAYOUT_64)));
    expect([sparseRegions, sparsePages, largestGapPages]).toEqual([without.sparseRegions, without.sparsePages, without.largestGapPages]);
    expect(kernelWriteExecPages).toBe(2);
    expect(kinds.some(({ kind }) => kind === Kind.kernel_text)).toBe(true);
  }
  expect(without.kernelWriteExecPages).toBeNull();
});

describe('a summary has', () => {
  const view: Line = { ...LINE, inodeLow: 5, device: 1, kind: Kind.shmem, name: '/memfd:x (deleted)', perms: 11 };

  it('memory that is mapped more than once, counted as one', () => {
    const heap = [0x400, 0x500, 0x600].map((start) => ({ ...view, start, end: start + 8 }));
    const other = [0x700, 0x800].map((start, i) => ({ ...view, inodeLow: 6, start, end: start + 2, perms: i === 0 ? 11 : 13 }));
    expect(summarise(tile(tableOf([...heap, ...other]), LAYOUT_64)).views).toEqual({ mappings: 5, memories: 2, againPages: 18, writeExec: 2 });
    expect(summarise(tile(tableOf([LINE]), LAYOUT_64)).views).toEqual({ mappings: 0, memories: 0, againPages: 0, writeExec: 0 });
  });

  it('whether page 0 is mapped', () => {
    expect([0, 1].map((start) => summarise(tile(tableOf([{ ...LINE, start, end: start + 1 }]), LAYOUT_64)).pageZero)).toEqual([true, false]);
    expect(summarise(tile(tableOf([]), LAYOUT_64)).pageZero).toBe(false);
  });

  it('the file with the most mappings', () => {
    const lines = [0x400, 0x402, 0x404].map((start) => ({ ...LINE, start, end: start + 1 }));
    expect(summarise(tile(tableOf([...lines, { ...view, start: 0x500, end: 0x501 }]), LAYOUT_64)).most).toEqual({ count: 3, kind: Kind.anon, name: '' });
  });
});
