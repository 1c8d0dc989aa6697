import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEIGHTS, KERNEL_VIEWS, SCALES, SHOWS } from '../axis/hierarchy.ts';
import { COLOURING_NAMES } from '../colour/colourings.ts';
import { decodePermalink, encodePermalink, linkedColouring, MAX_QUERY_CHARACTERS, type Permalink } from './permalink.ts';

const BEGINNING: Permalink = {
  pid: null,
  spot: null,
  choices: { show: 'both', scale: 'log', kernel: 'closed', heights: 'space' },
  colour: null,
  selected: null,
  query: '',
};

const page = fc.oneof(fc.integer({ min: 0, max: 2 ** 52 }), fc.constantFrom(0, 1, 2 ** 52 - 1, 2 ** 52));
/** A fraction of a page; smaller steps would not be visible. */
const fraction = fc.oneof(
  fc.constant(0),
  fc.constant(0.5),
  fc.integer({ min: 0, max: 2 ** 52 - 1 }).map((n) => n / 2 ** 52),
);
const range = fc
  .tuple(page, page)
  .filter(([a, b]) => a !== b)
  .map(([a, b]) => ({ startPage: Math.min(a, b), endPage: Math.max(a, b) }));
const link: fc.Arbitrary<Permalink> = fc.record({
  pid: fc.option(fc.integer({ min: 1, max: 4_194_304 })),
  spot: fc.option(fc.record({ page, fraction, zoom: fc.double({ min: 1, minExcluded: true, max: 2 ** 100, noNaN: true }), seen: fc.option(range) })),
  choices: fc.record({
    show: fc.constantFrom(...SHOWS),
    scale: fc.constantFrom(...SCALES),
    kernel: fc.constantFrom(...KERNEL_VIEWS),
    heights: fc.constantFrom(...HEIGHTS),
  }),
  colour: fc.constantFrom(...COLOURING_NAMES.map(linkedColouring)),
  selected: fc.option(range),
  query: fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !/\p{Cc}/u.test(text) && text.length <= MAX_QUERY_CHARACTERS),
});

describe('a permalink', () => {
  it('keeps exactly what it was made from', () => {
    fc.assert(
      fc.property(link, (told) => {
        const fragment = encodePermalink(told);
        expect(decodePermalink(fragment)).toEqual(told);
        // The browser accepts it unchanged.
        expect(new URL(`http://127.0.0.1/#${fragment}`).hash.slice(1)).toBe(fragment);
      }),
    );
  });

  it('is as short as it can be', () => {
    expect(encodePermalink(BEGINNING)).toBe('');
    expect(encodePermalink({ ...BEGINNING, pid: 4711, spot: { page: 0x7f92b03f1, fraction: 0.5, zoom: 81234.5, seen: null } })).toBe(
      'pid=4711&at=0x7f92b03f1000.8&zoom=81234.5&kernel=closed',
    );
    const seen = { startPage: 0, endPage: 0x7f92b03f3 };
    expect(encodePermalink({ ...BEGINNING, spot: { page: 1, fraction: 0, zoom: 2, seen } })).toBe('at=0x1000&zoom=2&see=0-7f92b03f3&kernel=closed');
    expect(encodePermalink({ ...BEGINNING, selected: { startPage: 0, endPage: 2 ** 52 }, query: 'size>1M libc' })).toBe(
      'sel=0x0-0x10000000000000000&q=size%3E1M%20libc',
    );
  });

  it('that does not say how high the kernel half is means an open one where there is a zoom, as the first links did', () => {
    const kernel = (fragment: string): string => decodePermalink(fragment).choices.kernel;
    expect(['', 'sel=0x0-0x1000', 'at=0x1000&zoom=0.5'].map(kernel)).toEqual(['closed', 'closed', 'closed']);
    expect(['at=0x1000&zoom=2', 'at=0x1000&zoom=2&scale=mapped'].map(kernel)).toEqual(['open', 'open']);
    // The setting makes no difference there.
    expect(['at=0x1000&zoom=2&show=user', 'at=0x1000&zoom=2&scale=linear'].map(kernel)).toEqual(['closed', 'closed']);
    expect(kernel('at=0x1000&zoom=2&kernel=closed')).toBe('closed');
  });

  it('accepts any fragment, and decodes its own result to the same', () => {
    const field = fc.tuple(
      fc.constantFrom('pid', 'at', 'zoom', 'see', 'show', 'scale', 'colour', 'sel', 'q', 'k', '__proto__', 'constructor'),
      fc.string({ unit: 'binary' }),
    );
    const fields = fc.array(field).map((all) => all.map(([name, value]) => `${name}=${value}`).join('&'));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fields), (fragment) => {
        const taken = decodePermalink(fragment);
        expect(decodePermalink(encodePermalink(taken))).toEqual(taken);
        expect(encodePermalink(taken)).not.toMatch(/(^|&)k=/);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['pid=0'],
    ['pid=-1'],
    ['pid=1e3'],
    ['pid=99999999999'],
    ['at=0x1000'],
    ['at=0x1001&zoom=2'],
    ['at=0x20000000000000000&zoom=2'],
    ['at=0x1000.&zoom=2'],
    ['at=0x1000&zoom=1'],
    ['at=0x1000&zoom=Infinity'],
    ['at=0x1000&zoom=1e99'],
    ['at=0x1000&zoom=-3'],
    ['at=0x1000&zoom=0x10'],
    ['see=7f92b03f0-7f92b03f3'],
    ['show=all'],
    ['scale=toString'],
    ['heights=rss'],
    ['colour=kind'],
    ['colour=residency'],
    ['sel=0x2000-0x1000'],
    ['sel=0x1000-0x1000'],
    ['sel=0x1000'],
    ['sel=1000-2000'],
    ['q=%00'],
    ['q=a%0Ab'],
    [`q=${'x'.repeat(MAX_QUERY_CHARACTERS + 1)}`],
    ['%E0%A4%A'],
    ['pid=%'],
    [`q=libc&x=${'x'.repeat(5000)}`],
  ])('takes nothing of %s', (fragment) => expect(decodePermalink(fragment)).toEqual(BEGINNING));

  it.each(['5-5', '6-5', '0x5-0x6', '5-', '-6', '5', '5-10000000000001', '5-fffffffffffffff', 'x-y', '5-6-7'])('ignores pages %s alone', (see) =>
    expect(decodePermalink(`at=0x1000&zoom=2&see=${see}`).spot).toEqual({ page: 1, fraction: 0, zoom: 2, seen: null }),
  );

  it('keeps the valid parts of an invalid link', () =>
    expect(decodePermalink('pid=x&show=user&sel=nowhere&scale=linear&q=a%2Bb+c&k=secret')).toEqual({
      ...BEGINNING,
      choices: { show: 'user', scale: 'linear', kernel: 'closed', heights: 'space' },
      query: 'a+b+c',
    }));
});
