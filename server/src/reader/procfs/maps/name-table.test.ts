import { nameCount, nameKey } from '@procmap/shared/text/names.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NameTable } from './name-table.ts';

interface Interned {
  readonly table: NameTable;
  readonly indexes: number[];
}

/** Interns names as parts of one text, one byte per character. */
function intern(names: readonly string[]): Interned {
  const table = new NameTable(Buffer.from(names.join(''), 'latin1'));
  let at = 0;
  return { table, indexes: names.map((name) => table.intern(at, (at += name.length))) };
}

const name = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  // The same end, the same beginning, the same length.
  fc.nat(300).map((number) => `/${number}/${'x'.repeat(40)}`),
  fc.nat(300).map((number) => `/${'y'.repeat(40)}${number}`),
);

it('gives equal names the same index and different names different ones, in text order', () =>
  fc.assert(
    fc.property(fc.array(name, { maxLength: 300, size: 'max' }), (names) => {
      const { table, indexes } = intern(names);
      const distinct = ['', ...new Set(names)];
      expect(indexes).toEqual(names.map((each) => distinct.indexOf(each)));
      expect(table.count).toBe(distinct.length);
      const copy = table.copy();
      expect(Array.from({ length: nameCount(copy) }, (_, i) => nameKey(copy, i))).toEqual(distinct);
    }),
  ));

it('knows its names while it grows', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `/lib${i}`);
  const text = Buffer.from(names.join(''));
  const table = new NameTable(text);
  for (let round = 0; round < 2; round++) {
    let at = 0;
    const indexes = names.map((each) => table.intern(at, (at += each.length)));
    expect(indexes).toEqual(names.map((_, i) => i + 1));
  }
});

it('is empty but for the empty name at first', () => {
  const copy = new NameTable(new Uint8Array(0)).copy();
  expect([nameCount(copy), nameKey(copy, 0)]).toEqual([1, '']);
});

it('owns its names after a copy', () => {
  const text = Buffer.from('/a/b');
  const table = new NameTable(text);
  table.intern(0, 2);
  table.intern(2, 4);
  const copy = table.copy();
  text.fill(0);
  expect([nameKey(copy, 1), nameKey(copy, 2)]).toEqual(['/a', '/b']);
});

it.each([
  // 'Aa' and 'BB' have the same value in every polynomial of base 31, and so do these 65,536 names.
  ['that a polynomial cannot tell apart', (i: number) => Array.from({ length: 16 }, (_, bit) => ((i >> bit) & 1 ? 'Aa' : 'BB')).join('')],
  ['that differ at the beginning only', (i: number) => `/${String(i).padStart(5, '0')}/${'z'.repeat(64)}`],
])('takes 60,000 names %s as fast as any: a process chooses its names', (_, nameOf) => {
  const cpuMs = (name: (i: number) => string): number => {
    const names = Array.from({ length: 60_000 }, (_, i) => name(i));
    const before = process.cpuUsage();
    expect(intern(names).table.count).toBe(60_001);
    return process.cpuUsage(before).user / 1000;
  };
  // Includes compilation on the first run, so it is compared with other names. One long chain takes more than a hundred
  // times as long.
  const any = cpuMs((i) => `/usr/lib/${i}/libprocmap-${i}.so.${i % 7}.${'0'.repeat(40)}`);
  expect(cpuMs(nameOf)).toBeLessThan(30 * any);
});
