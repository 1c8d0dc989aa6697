import { tile } from '../intervals.ts';
import { halvesIn } from '../kernel-half.fixture.ts';
import { NO_KERNEL_HALF } from '../kernel-half.ts';
import { LAYOUT_64, layouts, type Line, linesIn, manyLines, META, tableOf, TEXT_LINE } from '../table.fixture.ts';
import { Kind } from '../kind.ts';
import { identify } from '../use/rules/identify.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapJson, type MapHeadJson, regionJson, type RegionJson } from './map-json.ts';

type MapJson = MapHeadJson & { readonly regions: readonly RegionJson[] };

const MACHINE = { arch: 'x86_64', page_size: 4096 };
const LINE = TEXT_LINE;

function jsonOf(lines: readonly Line[], layout = LAYOUT_64, half = NO_KERNEL_HALF): MapJson {
  return JSON.parse([...mapJson({ ...META, layout }, tableOf(lines), MACHINE, half)].join('')) as MapJson;
}

/** The region of a single mapping. */
function regionOf(line: Partial<Line>): RegionJson {
  const region = jsonOf([{ ...LINE, ...line }]).regions.find(({ source }) => source === 'maps');
  if (region === undefined) throw new Error('no mapping among the regions');
  return region;
}

const NO_USE_FIELDS = { use: null, use_of: '', use_evidence: '', use_certainty: null };

describe('the regions', () => {
  it('say what a mapping is for, and its parts', () => {
    const table = tableOf([LINE, { ...LINE, start: LINE.end, end: LINE.end + 4, kind: Kind.anon, name: '', inodeLow: 0, device: 0, perms: 3 }]);
    const objects = { bss: [{ start: LINE.end, end: LINE.end + 1 }], isGo: false };
    const uses = identify(table, { flags: null, threads: null, objects, commandLine: '' });
    const of = (i: number): unknown => regionJson(tile(table, LAYOUT_64), i, uses);
    expect(of(2)).toMatchObject({ use: 'library', use_of: 'true', use_certainty: 'told' });
    expect(of(2)).not.toHaveProperty('use_parts');
    expect(of(3)).toMatchObject({
      use: 'mixed',
      use_parts: [
        { start: '0x0000000000403000', end: '0x0000000000404000', use: 'bss', use_of: 'true', use_certainty: 'told' },
        { start: '0x0000000000404000', end: '0x0000000000407000', use: null, use_of: '', use_evidence: '', use_certainty: null },
      ],
    });
  });

  it('cover the whole space without gap or overlap, descending, with their true sizes', () =>
    fc.assert(
      fc.property(
        layouts.chain((layout) => fc.tuple(fc.constant(layout), linesIn(layout), halvesIn(layout))),
        ([layout, lines, half]) => {
          const { regions } = jsonOf(lines, layout, half);
          let above = layout.bits === 64 ? 2n ** 64n : 2n ** 32n;
          for (const { start, end, size } of regions) {
            expect(BigInt(end)).toBe(above);
            above = BigInt(start);
            expect(BigInt(size)).toBe(BigInt(end) - above);
          }
          expect(above).toBe(0n);
          expect(regions.filter(({ source }) => source === 'maps')).toHaveLength(lines.length);
        },
      ),
      { numRuns: 150 },
    ));

  it('are whole also where they come in several chunks', () => {
    for (const rows of [0, 1, 255, 256, 257, 1000]) {
      const { regions } = jsonOf(manyLines(rows));
      expect(regions.filter(({ source }) => source === 'maps')).toHaveLength(rows);
      expect(regions.at(-1)).toMatchObject({ start: '0x0000000000000000', kind: 'null_trap' });
    }
    const chunks = [...mapJson(META, tableOf(manyLines(5000)), MACHINE, NO_KERNEL_HALF)];
    expect(chunks.length).toBeGreaterThan(10);
  });

  it('say where they are, in which half, and what they are', () => {
    expect(regionOf({})).toEqual({
      start: '0x0000000000400000',
      end: '0x0000000000403000',
      size: 12_288,
      space: 'user',
      kind: 'text',
      perms: 'r-x',
      type: 'p',
      offset: '0x2000',
      device: 'fe:01',
      inode: 7,
      name: '/bin/true',
      source: 'maps',
      ...NO_USE_FIELDS,
    });
    const kinds = jsonOf([LINE]).regions.map(({ kind, space, source }) => [kind, space, source]);
    expect(kinds).toEqual([
      ['unknown', 'kernel', 'computed'],
      ['hole', 'none', 'computed'],
      ['beyond', 'user', 'computed'],
      ['gap', 'user', 'computed'],
      ['text', 'user', 'maps'],
      ['gap', 'user', 'computed'],
      ['null_trap', 'user', 'computed'],
    ]);
  });

  it('that are not mapped have nothing but their place', () =>
    expect(regionJson(tile(tableOf([]), LAYOUT_64), 0)).toEqual({
      start: '0x0000000000000000',
      end: '0x0000000000001000',
      size: 4096,
      space: 'user',
      kind: 'null_trap',
      perms: null,
      type: null,
      offset: null,
      device: null,
      inode: null,
      name: '',
      source: 'computed',
      ...NO_USE_FIELDS,
    }));

  it('say above 2^53 in digits what a number would round', () => {
    const [kernel, hole] = jsonOf([]).regions;
    expect(kernel).toMatchObject({ start: '0xffff800000000000', end: '0x10000000000000000', size: 140_737_488_355_328 });
    expect(hole?.size).toBe('18446462598732840960');
    expect(regionOf({ inodeLow: 0xffffffff, inodeHigh: 2 ** 21 - 1 }).inode).toBe(Number.MAX_SAFE_INTEGER);
    expect(regionOf({ inodeLow: 1, inodeHigh: 2 ** 21 }).inode).toBe('9007199254740993');
    expect(regionOf({ inodeLow: 0xffffffff, inodeHigh: 0xffffffff }).inode).toBe('18446744073709551615');
    expect(regionOf({ offset: 2 ** 52 - 1 }).offset).toBe('0xfffffffffffff000');
  });

  it.each([
    ['/a\x1b[31m', '/a\\x1b[31m'],
    ['/bidi\u00e2\u0080\u00aetxt.exe', '/bidi\\u{202e}txt.exe'],
    ['/bad\xff\xfe', '/bad\\xff\\xfe'],
    ['/new\\012line', '/new\\nline'],
    ['/tab\t', '/tab\\t'],
    ['/"quoted"', '/"quoted"'],
    ['/<img src=x>', '/<img src=x>'],
    ['/\u00c3\u00a4', '/ä'],
  ])('show the name %j as %j', (bytes, name) => expect(regionOf({ name: bytes }).name).toBe(name));
});

describe('the head', () =>
  it('says whose map it is, of when, on what machine, and how far it can be trusted', () => {
    const { regions, ...head } = jsonOf([LINE]);
    expect(regions).toHaveLength(7);
    expect(head).toEqual({
      pid: 4242,
      comm: META.process.comm,
      taken_at: '2023-11-14T22:13:20.000Z',
      arch: 'x86_64',
      bits: 64,
      process_bits: 64,
      page_size: 4096,
      paging_levels: 4,
      task_size: '0x7ffffffff000',
      torn: false,
      kernel_source: 'none',
      kernel_note: expect.any(String) as string,
    });
  }));
