import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kind } from './kind.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from './perms.ts';
import { type Line, tableOf } from './table.fixture.ts';
import { isWriteExecView, otherViews, VIEW, viewsOf, WRITE_EXEC_VIEW } from './views.ts';

const R = PERM_READ;
const W = PERM_WRITE;
const X = PERM_EXEC;
const S = PERM_SHARED;

type Part = Partial<Line> & { readonly pages?: number };

/** Mappings of one memfd from a low address up, with gaps between; parts may override this. */
function linesOf(parts: readonly Part[]): Line[] {
  return parts.map(({ pages = 4, ...part }, i) => {
    const start = 0x400 + i * 0x100;
    return { start, end: start + pages, offset: 0, inodeLow: 7, inodeHigh: 0, device: 1, perms: R | S, kind: Kind.shmem, name: '/memfd:x (deleted)', ...part };
  });
}

/** All pairs, page by page: the expected result of the fast way. */
function related(lines: readonly Line[], a: number, b: number): 'both' | 'view' | null {
  const [one, two] = [lines[a], lines[b]];
  if (one === undefined || two === undefined || a === b) return null;
  if (one.device !== two.device || one.inodeLow !== two.inodeLow || one.inodeHigh !== two.inodeHigh) return null;
  const pagesOf = ({ offset, start, end }: Line): number[] => Array.from({ length: end - start }, (_, i) => offset + i);
  if (!pagesOf(one).some((page) => pagesOf(two).includes(page))) return null;
  const writes = ({ perms }: Line): boolean => (perms & S) !== 0 && (perms & W) !== 0;
  const runs = ({ perms }: Line): boolean => (perms & X) !== 0;
  if ((writes(one) && runs(two)) || (writes(two) && runs(one))) return 'both';
  return (one.perms & two.perms & S) !== 0 ? 'view' : null;
}

const crowded = fc
  .array(
    fc.record({
      pages: fc.integer({ min: 1, max: 5 }),
      offset: fc.integer({ min: 0, max: 12 }),
      inodeLow: fc.integer({ min: 1, max: 2 }),
      inodeHigh: fc.integer({ min: 0, max: 1 }),
      device: fc.constantFrom(1, 0xfe << 20),
      perms: fc.integer({ min: 0, max: 15 }),
      far: fc.boolean(),
    }),
    { maxLength: 14 },
  )
  // Includes file offsets beyond the precision of a double.
  .chain((parts) =>
    fc.constantFrom(0, 2 ** 51).map((base) => linesOf(parts.map(({ far, offset, ...part }) => ({ ...part, offset: offset + (far ? base : 0) })))),
  );

describe('views of the same memory', () => {
  it('are just the rows that have pages of one inode in common, and share them', () => {
    fc.assert(
      fc.property(crowded, (lines) => {
        const table = tableOf(lines);
        const { marks, rows, starts, writeExec, againPages } = viewsOf(table);
        const kinds = lines.map((_, a) => lines.map((__, b) => related(lines, a, b)));
        const expected = kinds.map((ofRow) => (ofRow.includes('both') ? VIEW | WRITE_EXEC_VIEW : ofRow.includes('view') ? VIEW : 0));
        expect([...marks]).toEqual(expected);
        expect(lines.map((_, row) => Array.from(otherViews(table, row)))).toEqual(
          kinds.map((ofRow) => ofRow.flatMap((kind, other) => (kind === null ? [] : [other]))),
        );
        expect(lines.map((_, row) => isWriteExecView(table, row))).toEqual(expected.map((mark) => (mark & WRITE_EXEC_VIEW) !== 0));
        expect(writeExec).toBe(expected.filter((mark) => (mark & WRITE_EXEC_VIEW) !== 0).length);
        expect([...rows].sort((a, b) => a - b)).toEqual(expected.flatMap((mark, row) => (mark === 0 ? [] : [row])));

        // Each page belongs to one memory only, and each memory has more than one view.
        const pageOf = ({ device, inodeLow, inodeHigh }: Line, page: number): string => `${device} ${inodeHigh} ${inodeLow} ${page}`;
        const memories = Array.from({ length: starts.length - 1 }, (_, m) => [...rows.subarray(starts[m], starts[m + 1])]);
        const pages = memories.map((of) => of.flatMap((row) => pagesKeyed(lines[row], pageOf)));
        expect(memories.every((of) => of.length > 1)).toBe(true);
        expect(new Set(pages.flat()).size).toBe(pages.reduce((sum, of) => sum + new Set(of).size, 0));
        expect(againPages).toBe(pages.flat().length - new Set(pages.flat()).size);
      }),
      { numRuns: 2000 },
    );
  });

  it('are found in any order', () => {
    const parts: readonly Part[] = [
      { offset: 0, pages: 10, perms: R | X | S },
      { offset: 3, pages: 2, perms: R | W | S },
      { offset: 20, pages: 1, perms: R | W | S },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...parts], { minLength: 3 }), (order) => {
        const { writeExec, againPages, rows } = viewsOf(tableOf(linesOf(order)));
        expect([writeExec, againPages, rows.length]).toEqual([2, 2, 2]);
      }),
    );
  });

  it.each<[string, readonly Part[], mappings: number, again: number, writeExec: number]>([
    ['three of one memfd, as ZGC has it', [{ perms: R | W | S }, { perms: R | W | S }, { perms: R | W | S }], 3, 8, 0],
    ['a writable one and an executable one', [{ perms: R | W | S }, { perms: R | X | S }], 2, 4, 2],
    ['a private executable one, which has what is written to the file', [{ perms: R | W | S }, { perms: R | X }], 2, 4, 2],
    ['writable and executable in one: an alarm by itself, and no view', [{ perms: R | W | X | S }], 0, 0, 0],
    ['such a one, beside one that only executes', [{ perms: R | W | X | S }, { perms: R | X | S }], 2, 4, 2],
    ['private data, which is not written to the file, beside text', [{ perms: R | W }, { perms: R | X }], 0, 0, 0],
    ['a shared one, only read, beside text', [{ perms: R | S }, { perms: R | X }], 0, 0, 0],
    ['pieces of one mapping', [{ perms: R | W | S }, { perms: R | X | S, offset: 4 }], 0, 0, 0],
    ['another inode', [{ perms: R | W | S }, { perms: R | X | S, inodeLow: 8 }], 0, 0, 0],
    ['another inode that ends alike', [{ perms: R | W | S }, { perms: R | X | S, inodeHigh: 1 }], 0, 0, 0],
    ['another file system', [{ perms: R | W | S }, { perms: R | X | S, device: 0xfe << 20 }], 0, 0, 0],
    [
      'no inode',
      [
        { perms: R | W | S, inodeLow: 0 },
        { perms: R | X | S, inodeLow: 0 },
      ],
      0,
      0,
      0,
    ],
    [
      'buffers of a driver',
      [
        { perms: R | W | S, kind: Kind.device, name: '/dev/dri/card0' },
        { perms: R | X | S, kind: Kind.device, name: '/dev/dri/card0' },
      ],
      0,
      0,
      0,
    ],
    [
      'two rings of io_uring, which have one inode',
      [
        { perms: R | W | S, name: 'anon_inode:[io_uring]' },
        { perms: R | W | S, name: 'anon_inode:[io_uring]' },
      ],
      0,
      0,
      0,
    ],
    ['System V memory whose number is a memfd’s inode', [{ perms: R | W | S, name: '/SYSV00000000 (deleted)' }, { perms: R | X | S }], 0, 0, 0],
    [
      'one of System V, attached twice',
      [
        { perms: R | W | S, name: '/SYSV00000000 (deleted)' },
        { perms: R | S, name: '/SYSV00000000 (deleted)' },
      ],
      2,
      4,
      0,
    ],
    [
      'one file by two names',
      [
        { perms: R | W | S, name: '/a', kind: Kind.file },
        { perms: R | X, name: '/b', kind: Kind.text },
      ],
      2,
      4,
      2,
    ],
  ])('%s', (_, parts, mappings, again, writeExec) => {
    const views = viewsOf(tableOf(linesOf(parts)));
    expect([views.rows.length, views.againPages, views.writeExec]).toEqual([mappings, again, writeExec]);
  });
});

function pagesKeyed(line: Line | undefined, key: (line: Line, page: number) => string): string[] {
  return line === undefined ? [] : Array.from({ length: line.end - line.start }, (_, i) => key(line, line.offset + i));
}
