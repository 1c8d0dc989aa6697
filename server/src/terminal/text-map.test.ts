import { stripVTControlCharacters } from 'node:util';
import { tile } from '@procmap/shared/intervals.ts';
import { HALF, rangesOf, kernelRegion } from '@procmap/shared/kernel-half.fixture.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import { regionParts } from '@procmap/shared/kernel-parts.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { EMPTY_TABLE } from '@procmap/shared/region.ts';
import { LAYOUT_64, layouts, type Line, linesIn, tableOf, TEXT_LINE } from '@procmap/shared/table.fixture.ts';
import type { UseEvidence } from '@procmap/shared/use/evidence.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxRegions } from '../../../e2e/terminal/box.ts';
import { displayWidth } from './output/columns.ts';
import { colourful, plain } from './output/paint.ts';
import { textMap, type TextMapOptions } from './text-map.ts';

const LINE: Line = { ...TEXT_LINE, end: 0x401, device: 1 };
const LAYOUT_32 = {
  ...LAYOUT_64,
  bits: 32,
  processBits: 32,
  taskEnd: 0xc0000,
  userEnd: 0xc0000,
  kernelStart: 0xc0000,
  end: 0x100000,
  pagingLevels: 0,
} as const;
const OPTIONS: Omit<TextMapOptions, 'uses'> = { width: 72, half: 'both', located: null };
const NO_EVIDENCE: UseEvidence = { flags: null, threads: null, objects: null, commandLine: '' };

function draw(lines: readonly Line[], layout: typeof LAYOUT_64 = LAYOUT_64, options: Partial<TextMapOptions> = {}, paint = plain): string {
  const table = tableOf(lines);
  return [...textMap(tile(table, layout), { ...OPTIONS, uses: identify(table, NO_EVIDENCE), ...options }, paint)].join('');
}

/** The text of one mapping. */
function said(line: Partial<Line>, paint = plain): string {
  const start = 0x1000;
  return (
    draw([{ ...LINE, start, end: start + 1, ...line }], LAYOUT_64, {}, paint)
      .split('\n')
      .find((each) => each.includes(',0x')) ?? ''
  );
}

describe('the box', () => {
  it('tiles any space, at any width, and no line leaves it', () =>
    fc.assert(
      fc.property(
        layouts.chain((layout) => fc.tuple(fc.constant(layout), linesIn(layout), fc.integer({ min: 48, max: 160 }))),
        ([layout, lines, width]) => {
          const output = draw(lines, layout, { width });
          const regions = boxRegions(output, layout.bits);
          const bounds = tile(tableOf(lines), layout).bounds;
          expect(regions.map(({ start }) => start)).toEqual(Array.from(bounds.slice(0, -1), (page) => BigInt(page) << 12n).reverse());
          for (const line of output.split('\n').filter((each) => each.startsWith('|'))) expect([displayWidth(line), line.at(-1)]).toEqual([width, '|']);
        },
      ),
      { numRuns: 60 },
    ));

  it.each([
    [1, '4 KB'],
    [2 ** 8 - 1, '1020 KB'],
    [2 ** 8, '1 MB'],
    [2 ** 18, '1 GB'],
    [2 ** 28, '1 TB'],
  ])('says the size of %d pages as %s', (pages, size) => expect(said({ end: 0x1000 + pages })).toContain(` [${size},`));

  it.each([
    [{}, '|/bin/true [4 KB,r-x,p,0x2000]'],
    [{ name: '', kind: Kind.anon, perms: 3 }, '|<anonymous> [4 KB,rw-,p,0x2000]'],
    [{ name: '', kind: Kind.anon }, '|<anonymous: generated code> [4 KB,r-x,p,0x2000]'],
    [{ perms: 8 }, '|/bin/true [4 KB,---,s,0x2000]'],
    [{ perms: 7 }, '|/bin/true [4 KB,rwx,p,0x2000] W+X!'],
    [{ perms: 6, offset: 0 }, '|/bin/true [4 KB,-wx,p,0x0] W+X!'],
    [{ name: '/a\x1b[31m\t\u00e2\u0080\u00ae' }, String.raw`|/a\x1b[31m\t\u{202e} [4 KB,r-x,p,0x2000]`],
    [{ name: `/${'long/'.repeat(30)}end` }, '|/long/long/long/long/lon…g/long/long/long/long/end [4 KB,r-x,p,0x2000]'],
  ])('says of %j what it is', (line, begin) => expect(said(line).replace(/ *\|$/, '')).toBe(begin));

  it('marks memory written through one mapping and executed through another, and mappings at address 0', () => {
    const view: Line = { ...LINE, kind: Kind.shmem, name: '/memfd:x (deleted)', offset: 0 };
    const marked = (...lines: readonly Line[]): string[] =>
      boxRegions(draw(lines))
        .map(({ text }) => text.replace(/^.*,[ps],0x0\]/, ''))
        .filter((text) => /^( |$)/.test(text));
    const seen = (start: number, perms: number): Line => ({ ...view, start, end: start + 1, perms });
    expect(marked(seen(0, 11), seen(0x100, 13), seen(0x200, 9))).toEqual(['', ' W+X!', ' W+X!']);
    expect(marked(seen(0, 11), seen(0x100, 9))).toEqual(['', ' NULL!']);
    expect(marked(seen(1, 11), seen(0x100, 5))).toEqual([' W+X!', ' W+X!']);
    expect(marked(seen(1, 3), seen(0x100, 5))).toEqual(['', '']);
  });

  it('is coloured by kind; unusual permissions are highlighted', () => {
    expect(said({}, colourful)).toContain('\x1b[34;1m/bin/true [4 KB,\x1b[0m');
    expect(said({ perms: 0 }, colourful)).toContain('\x1b[33;1m---\x1b[0m');
    expect(said({ perms: 7 }, colourful)).toContain('\x1b[97;41;1mrwx\x1b[0m');
    expect(said({ perms: 7 }, colourful)).toContain('\x1b[97;41;1m W+X!\x1b[0m');
    expect(stripVTControlCharacters(said({ perms: 7 }, colourful))).toBe(said({ perms: 7 }));
  });
});

describe('addresses', () => {
  const addresses = (output: string): string[] => output.split('\n').flatMap((line) => /^\+.*\+ ([0-9a-f]+)$/.exec(line)?.[1] ?? []);

  it('have 16 digits, from the last one to the first', () => {
    const found = addresses(draw([LINE]));
    expect([found[0], found.at(-1)]).toEqual(['f'.repeat(16), '0'.repeat(16)]);
  });

  it('have 8 on a 32-bit kernel', () => {
    const found = addresses(draw([LINE], LAYOUT_32));
    expect([found[0], found.at(-1)]).toEqual(['ffffffff', '00000000']);
    expect(found).toContain('c0000000');
  });

  it('have 8 as far as a 32-bit process on a 64-bit kernel goes', () => {
    const found = addresses(draw([LINE], { ...LAYOUT_64, processBits: 32, taskEnd: 0xffffe }));
    expect(found).toContain('ffffe000');
    expect(found).toContain('00400000');
    expect(found).toContain('0000800000000000');
  });
});

it('marks the located regions, and no other', () => {
  const marked = boxRegions(draw([LINE], LAYOUT_64, { located: { first: 1, last: 2 } })).filter(({ mark }) => mark !== '');
  expect(marked.map(({ start }) => start)).toEqual([0x400000n, 0x1000n]);
});

describe('the kernel half', () => {
  const drawn = (half: KernelHalf, paint = plain): string =>
    [
      ...textMap(tile(EMPTY_TABLE, LAYOUT_64, regionParts(half, LAYOUT_64)), { ...OPTIONS, uses: identify(EMPTY_TABLE, NO_EVIDENCE), half: 'kernel' }, paint),
    ].join('');
  const lines = (half: KernelHalf): string[] =>
    drawn(half)
      .split('\n')
      .flatMap((line) => /^\|(\S.*?) *\|$/.exec(line)?.[1] ?? []);

  it('shows its regions, inner ones within outer ones, with their mapped pages', () =>
    expect(lines(HALF)).toEqual([
      '<... Sparse Region ...> [16 MB]',
      'modules [1004 MB,---]',
      'e1000 [20 KB,rwx] in modules W+X!',
      'modules [4 MB,---]',
      'kernel image window [982 MB,rw-]',
      'data [2.04 MB,rw-] in kernel image window',
      'kernel image window [4 MB,---]',
      'rodata [4 MB,r--] in kernel image window',
      'kernel image window [2 MB,r-x]',
      'text [14 MB,r-x] in kernel image window',
      'kernel image window [16 MB,---]',
      '<... Sparse Region ...> [23 TB]',
      'vmalloc [32 TB,rw-]',
      '<... Sparse Region ...> [64.5 TB]',
      'direct map [2 GB,---]',
      'System RAM [1023 MB,rw-] in direct map',
      'direct map [385 KB,---]',
      'System RAM [635 KB,rw-] in direct map',
      'direct map [4 KB,---]',
      '<... Sparse Region ...> [512 GB]',
      'guard hole [8 TB,---]',
    ]));

  it('has the addresses of its regions to the byte', () => {
    const output = drawn(HALF);
    for (const address of ['ffffffff81e00b91', 'ffffffff82a0a840', 'ffff88800009fc00']) expect(output).toContain(`+ ${address}\n`);
  });

  it('shows no unknown permissions, and does not look empty without a source', () => {
    const text = lines({ ...HALF, source: 'kcore', ranges: null, regions: [kernelRegion('vmalloc', 'ffffc90000000000', 'ffffe90000000000')] });
    expect(text).toEqual([
      '<... Kernel half: no source describes this part ...> [23 TB]',
      'vmalloc [32 TB]',
      '<... Kernel half: no source describes this part ...> [73 TB]',
    ]);
  });

  it('highlights pages that are writable and executable, and not the union of many pages', () => {
    const output = drawn(HALF, colourful);
    expect(output).toContain('\x1b[97;41;1mrwx\x1b[0m');
    const apart = {
      ...HALF,
      ranges: rangesOf([
        [kernelRegion('m', 'ffffffffc0401000', '0').start.page, kernelRegion('m', 'ffffffffc0402000', '0').start.page, 5],
        [kernelRegion('m', 'ffffffffc0402000', '0').start.page, kernelRegion('m', 'ffffffffc0403000', '0').start.page, 3],
      ]),
    };
    expect(drawn(apart)).toContain('e1000 [20 KB,rwx] in modules ');
    expect(drawn(apart)).not.toContain('W+X');
  });
});
