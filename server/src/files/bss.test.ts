import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bssBehind } from './bss.ts';

const PAGE = 4096;
const page = (address: number): number => Math.ceil(address / PAGE);

/** A segment of code, and one of data, in the file as linkers lay them out. */
const laidOut = fc
  .record({
    biasPages: fc.integer({ min: 0, max: 2 ** 35 }),
    codePages: fc.integer({ min: 1, max: 100 }),
    dataAt: fc.nat(PAGE - 1),
    size: fc.integer({ min: 1, max: 10 * PAGE }),
    bss: fc.integer({ min: 0, max: 10 * PAGE }),
    more: fc.nat(5),
  })
  .map(({ biasPages, codePages, dataAt, size, bss, more }) => {
    const offset = codePages * PAGE + dataAt;
    const address = offset + 2 * PAGE;
    const common = { type: 1, flags: 6, align: PAGE };
    const loads = [
      { ...common, offset: 0, address: 0n, size: codePages * PAGE, memorySize: BigInt(codePages * PAGE) },
      { ...common, offset, address: BigInt(address), size, memorySize: BigInt(size + bss) },
    ];
    const end = biasPages + page(address + size);
    const row = { startPage: biasPages + Math.floor(address / PAGE), firstPage: biasPages, offset: codePages * PAGE };
    const bssEnd = biasPages + page(address + size + bss);
    return { loads, bssEnd, seam: { row, page: end, endPage: Math.max(end + 1, bssEnd + more) } };
  });

describe('bss', () => {
  it('lies from the page behind the data to the end of the segment in memory', () =>
    fc.assert(
      fc.property(laidOut, ({ loads, bssEnd, seam }) => {
        expect(bssBehind(seam, loads)).toEqual(bssEnd > seam.page ? { start: seam.page, end: bssEnd } : null);
      }),
    ));

  it('is found behind the last of several mappings of its segment', () =>
    fc.assert(
      fc.property(laidOut, fc.nat(10), ({ loads, bssEnd, seam }, pages) => {
        const start = Math.min(seam.row.startPage + pages, seam.page - 1);
        const row = { ...seam.row, startPage: start, offset: seam.row.offset + (start - seam.row.startPage) * PAGE };
        expect(bssBehind({ ...seam, row }, loads)).toEqual(bssEnd > seam.page ? { start: seam.page, end: bssEnd } : null);
      }),
    ));

  it('never reaches beyond the memory that is there', () =>
    fc.assert(
      fc.property(laidOut, ({ loads, seam }) => {
        const endPage = seam.page + 1;
        expect(bssBehind({ ...seam, endPage }, loads)?.end ?? endPage).toBe(endPage);
      }),
    ));

  it('is not where the mapping ends elsewhere, or the file was loaded elsewhere, or nobody knows where', () =>
    fc.assert(
      fc.property(laidOut, fc.integer({ min: 1, max: 9 }), ({ loads, seam }, off) => {
        expect(bssBehind({ ...seam, page: seam.page + off, endPage: seam.endPage + off }, loads)).toBeNull();
        for (const firstPage of [seam.row.firstPage + off, null]) expect(bssBehind({ ...seam, row: { ...seam.row, firstPage } }, loads)).toBeNull();
      }),
    ));

  it('is of no size, or anything else than a range, never', () => {
    const wide = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const load = fc.record({
      type: fc.constant(1),
      flags: fc.nat(7),
      align: fc.constant(PAGE),
      offset: fc.maxSafeNat(),
      address: wide,
      size: fc.maxSafeNat(),
      memorySize: wide,
    });
    fc.assert(
      fc.property(laidOut, fc.array(load, { maxLength: 4 }), ({ seam }, loads) => {
        const range = bssBehind(seam, loads);
        if (range !== null) expect(range.start < range.end && range.end <= seam.endPage).toBe(true);
      }),
    );
  });
});
