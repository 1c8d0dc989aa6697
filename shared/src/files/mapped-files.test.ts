import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kind } from '../kind.ts';
import { isFileKind, mappedFiles, ToldBy } from './mapped-files.ts';
import { type Line, tableOf } from '../table.fixture.ts';

const LINE = { offset: 0, inodeHigh: 0, perms: 1 };

const some = fc
  .array(
    fc.record({
      inodeLow: fc.nat(2),
      device: fc.constantFrom(1, 0x800001),
      kind: fc.constantFrom(Kind.file, Kind.text, Kind.shmem, Kind.device, Kind.anon),
      name: fc.constantFrom('', '/a', '/b'),
    }),
    { maxLength: 12 },
  )
  .map((cells) => cells.map((each, i): Line => ({ ...LINE, ...each, start: 2 * i, end: 2 * i + 1 })));

function keyOf({ kind, inodeLow, device, name }: Line): string {
  return `${device} ${inodeLow} ${isFileKind(kind) && inodeLow > 0 ? '' : `name ${name}`}`;
}

describe('a mapped file', () => {
  it('is one file by device and inode, and one object of the kernel by its name, too', () =>
    fc.assert(
      fc.property(some, (lines) => {
        const { length, of, row } = mappedFiles(tableOf(lines));
        const keys = [...new Set(lines.map(keyOf))];
        expect(length).toBe(keys.length);
        expect([...of]).toEqual(lines.map((line) => keys.indexOf(keyOf(line))));
        expect([...row]).toEqual(keys.map((key) => lines.findIndex((line) => keyOf(line) === key)));
      }),
    ));

  it('is identified by its name if that is unique, and its only one', () => {
    fc.assert(
      fc.property(some, (lines) => {
        const { toldBy, of } = mappedFiles(tableOf(lines));
        lines.forEach((line, i) => {
          const others = lines.map((other) => [keyOf(other) === keyOf(line), other.name === line.name] as const);
          // The names of some of its rows do not identify a file.
          const own = lines.filter((other) => keyOf(other) === keyOf(line));
          const isTold = own.every(({ name }) => name === line.name) && others.every(([isSame, hasName]) => isSame === hasName);
          expect(toldBy[of[i] ?? 0] === ToldBy.name).toBe(isTold);
        });
      }),
    );
  });
});
