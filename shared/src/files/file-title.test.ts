import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileTerm, fileTitle } from './file-title.ts';
import { mappedFiles } from './mapped-files.ts';
import { type Line, tableOf, TEXT_LINE } from '../table.fixture.ts';

const LINE: Line = { ...TEXT_LINE, start: 16, end: 17, offset: 0, inodeLow: 2, device: 0x27, name: '/z.so' };

function titlesOf(...cells: Partial<Line>[]): string[] {
  const table = tableOf(cells.map((each, i): Line => ({ ...LINE, start: 16 + i, end: 17 + i, ...each })));
  const files = mappedFiles(table);
  return Array.from({ length: files.length }, (_, file) => fileTitle(table, files, file));
}

describe('the title of a file', () => {
  it('is its name, plus just enough to tell it from another file of that name', () => {
    expect(titlesOf({}, { name: '/a.so', inodeLow: 3 })).toEqual(['/z.so', '/a.so']);
    expect(titlesOf({}, { inodeLow: 3 })).toEqual(['/z.so (inode 2)', '/z.so (inode 3)']);
    // Each tmpfs numbers its files from 2 on.
    expect(titlesOf({}, { device: 0x28 }, { inodeLow: 3 })).toEqual(['/z.so (inode 2, device 00:27)', '/z.so (inode 2, device 00:28)', '/z.so (inode 3)']);
  });

  it('is of one file only, and so is its term', () => {
    const cells = fc.record({ inodeLow: fc.integer({ min: 1, max: 3 }), device: fc.constantFrom(1, 2), name: fc.constantFrom('/a', '/b') });
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 10 }), (some) => {
        const titles = titlesOf(...some);
        expect(new Set(titles).size).toBe(titles.length);
        const table = tableOf(some.map((each, i): Line => ({ ...LINE, start: 16 + i, end: 17 + i, ...each })));
        const files = mappedFiles(table);
        const terms = titles.map((_, file) => fileTerm(table, files, file));
        expect(new Set(terms).size).toBe(terms.length);
      }),
    );
  });
});
