import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMapsName } from '../text/escape.ts';
import { fileTitle } from './file-title.ts';
import { Kind } from '../kind.ts';
import { mappedPrograms } from './libraries.ts';
import { mappedFiles } from './mapped-files.ts';
import { keyBytes, LAYOUT_64, type Line, linesIn, tableOf, TEXT_LINE } from '../table.fixture.ts';

const LINE: Line = { ...TEXT_LINE, end: 0x401, offset: 0, device: 1 };

describe('the programs that are mapped', () => {
  it('are all files with text, each with everything of it, by descending address', () =>
    fc.assert(
      fc.property(linesIn(LAYOUT_64), (lines) => {
        const table = tableOf(lines);
        const files = mappedFiles(table);
        const { of } = files;
        const expected = [...new Set(of.filter((_, row) => lines[row]?.kind === Kind.text && lines[row].name !== ''))].map((file) => {
          const own = lines.filter((_, row) => of[row] === file);
          return {
            name: escapeMapsName(keyBytes(own[0]?.name ?? '')),
            title: fileTitle(table, files, file),
            startPage: Math.min(...own.map(({ start }) => start)),
            pages: own.reduce((sum, { start, end }) => sum + end - start, 0),
          };
        });
        expect(mappedPrograms(table)).toEqual(expected.sort((a, b) => b.startPage - a.startPage));
      }),
      { numRuns: 300 },
    ));

  it('are a program and its libraries, and neither data files nor code made at run time', () => {
    const lines: Line[] = [
      { ...LINE, kind: Kind.rodata, perms: 1 },
      { ...LINE, start: 0x401, end: 0x405 },
      { ...LINE, start: 0x405, end: 0x406, kind: Kind.data, perms: 3 },
      { ...LINE, start: 0x500, end: 0x510, kind: Kind.file, inodeLow: 8, name: '/usr/lib/locale/C.utf8' },
      { ...LINE, start: 0x600, end: 0x610, inodeLow: 0, name: '' },
      { ...LINE, start: 0x700, end: 0x710, inodeLow: 9, name: '/lib/libc.so.6' },
      { ...LINE, start: 0x800, end: 0x801, inodeLow: 10, name: '/lib/\x1b[31m.so' },
      { ...LINE, start: 0x900, end: 0x902, inodeLow: 0, kind: Kind.vdso, name: '[vdso]' },
    ];
    expect(mappedPrograms(tableOf(lines))).toEqual([
      { name: '/lib/\\x1b[31m.so', title: '/lib/\\x1b[31m.so', startPage: 0x800, pages: 1 },
      { name: '/lib/libc.so.6', title: '/lib/libc.so.6', startPage: 0x700, pages: 16 },
      { name: '/bin/true', title: '/bin/true', startPage: 0x400, pages: 6 },
    ]);
    expect(mappedPrograms(tableOf([]))).toEqual([]);
  });

  it('are two where one path leads to two files, and one where a file has two names', () => {
    const lines: Line[] = [
      { ...LINE, name: '/lib/a.so' },
      { ...LINE, start: 0x500, end: 0x502, inodeLow: 8, name: '/lib/a.so' },
      { ...LINE, start: 0x600, end: 0x603, device: 2, name: '/lib/a.so' },
      { ...LINE, start: 0x700, end: 0x704, name: '/lib/b.so' },
    ];
    expect(mappedPrograms(tableOf(lines))).toEqual([
      { name: '/lib/a.so', title: '/lib/a.so (inode 7, device 00:02)', startPage: 0x600, pages: 3 },
      { name: '/lib/a.so', title: '/lib/a.so (inode 8)', startPage: 0x500, pages: 2 },
      { name: '/lib/a.so', title: '/lib/a.so (inode 7, device 00:01)', startPage: 0x400, pages: 5 },
    ]);
  });
});
