import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateTable, buildTable, checkTable, COLUMNS, deviceText, EMPTY_TABLE, inodeText, type MappingTable, ROW_BYTES } from './region.ts';
import { linesOf, manyLines, tableOf, tables, withNames } from './table.fixture.ts';

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });

function oneRow(cells: Partial<Record<'inodeLow' | 'inodeHigh' | 'device', number>>): MappingTable {
  const table = allocateTable(1);
  for (const [column] of COLUMNS) table[column][0] = (cells as Record<string, number>)[column] ?? 0;
  return table;
}

describe('a table', () => {
  it('has its columns widest first, so that each is aligned behind the one before', () => {
    const widths = COLUMNS.map(([, array]) => array.BYTES_PER_ELEMENT);
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(ROW_BYTES).toBe(widths.reduce((a, b) => a + b));
  });

  it('is made column by column, and of zeros', () => {
    expect(linesOf(allocateTable(2))).toEqual(Array.from({ length: 2 }, () => expect.objectContaining({ start: 0, end: 0, kind: 0, name: '' }) as unknown));
    expect(EMPTY_TABLE.length).toBe(0);
    const made = buildTable(3, EMPTY_TABLE.names, (column, array) => new array(3).fill(column.length));
    for (const [column, array] of COLUMNS) expect(made[column]).toEqual(new array(3).fill(column.length));
  });
});

describe('inodeText', () =>
  it('is exact in all 64 bits', () => {
    const high = fc.oneof(word, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 2 ** 21 - 2, max: 2 ** 21 + 2 }));
    fc.assert(
      fc.property(word, high, (inodeLow, inodeHigh) => {
        expect(inodeText(oneRow({ inodeLow, inodeHigh }), 0)).toBe(((BigInt(inodeHigh) << 32n) | BigInt(inodeLow)).toString());
      }),
    );
    expect(inodeText(oneRow({ inodeLow: 2 ** 32 - 1, inodeHigh: 2 ** 32 - 1 }), 0)).toBe('18446744073709551615');
  }));

describe('deviceText', () =>
  it('is major and minor in hex, two digits at least', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xfff }), fc.integer({ min: 0, max: 0xfffff }), (major, minor) => {
        const text = deviceText(oneRow({ device: major * 2 ** 20 + minor }), 0);
        expect(text).toMatch(/^[0-9a-f]{2,3}:[0-9a-f]{2,5}$/);
        expect(text.split(':').map((digits) => Number.parseInt(digits, 16))).toEqual([major, minor]);
      }),
    );
    expect(deviceText(oneRow({ device: 8 * 2 ** 20 + 1 }), 0)).toBe('08:01');
    expect(deviceText(oneRow({ device: 2 ** 32 - 1 }), 0)).toBe('fff:fffff');
  }));

describe('checkTable', () => {
  it('takes every table that a map can be', () => {
    checkTable(EMPTY_TABLE);
    fc.assert(fc.property(tables, (table) => checkTable(table)));
  });

  const changes: [string, (table: MappingTable) => unknown][] = [
    ['an empty row', (table) => (table.end[1] = table.start[1] ?? 0)],
    ['a row that ends before it begins', (table) => (table.end[1] = 1)],
    ['a row that begins in the one before', (table) => (table.end[0] = (table.start[1] ?? 0) + 1)],
    ['a row above 2^64', (table) => (table.end[2] = 2 ** 52 + 1)],
    ['a row below 0', (table) => (table.start[0] = -1)],
    ['a start that is no number', (table) => (table.start[1] = NaN)],
    ['an end that is no number', (table) => (table.end[2] = NaN)],
    ['half a page at the start', (table) => (table.start[0] = (table.start[0] ?? 0) - 0.5)],
    ['half a page at the end', (table) => (table.end[0] = (table.end[0] ?? 0) + 0.5)],
    ['an offset that is no number', (table) => (table.offset[1] = NaN)],
    ['an offset below 0', (table) => (table.offset[1] = -1)],
    ['an offset above 2^64', (table) => (table.offset[1] = 2 ** 52)],
    ['half a page of offset', (table) => (table.offset[1] = 0.5)],
    ['a name that there is not', (table) => (table.name[2] = 4)],
    ['a kind that there is not', (table) => (table.kind[2] = 255)],
    ['a first name that is not empty', (table) => (table.names.ends[1] = 1)],
  ];
  it.each(changes)('refuses %s', (_, change) => {
    const table = tableOf(manyLines(3));
    checkTable(table);
    change(table);
    expect(() => checkTable(table)).toThrow(RangeError);
  });

  it('refuses a table without any name', () =>
    expect(() => checkTable(withNames(EMPTY_TABLE, { bytes: new Uint8Array(0), ends: new Uint32Array(1) }))).toThrow(RangeError));
});
