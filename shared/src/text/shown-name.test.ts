import { expect, it } from 'vitest';
import { escapeMapsName } from './escape.ts';
import { nameBytes, nameCount } from './names.ts';
import { shownName } from './shown-name.ts';
import { manyLines, tableOf } from '../table.fixture.ts';

it('shows each name of each table escaped, however often and in whatever order it is asked for', () => {
  const line = manyLines(1)[0];
  if (line === undefined) throw new Error('one was made');
  const tables = [
    ['/a\x1b', '/b'],
    ['/c\\012', '/a\x1b'],
  ].map((names) => tableOf(names.map((name, i) => ({ ...line, start: 16 * (i + 1), end: 16 * (i + 1) + 1, name }))));
  for (const { names } of [...tables, ...tables.toReversed()])
    for (let i = nameCount(names) - 1; i >= 0; i--) expect(shownName(names, i)).toBe(escapeMapsName(nameBytes(names, i)));
  expect(tables.map(({ names }) => [0, 1, 2].map((i) => shownName(names, i)))).toEqual([
    ['', '/a\\x1b', '/b'],
    ['', '/c\\n', '/a\\x1b'],
  ]);
});

it('shows of a name of megabytes how it begins and how it ends', () => {
  const line = manyLines(1)[0];
  if (line === undefined) throw new Error('one was made');
  const of = (name: string): string => shownName(tableOf([{ ...line, name }]).names, 1);
  const whole = `/${'x'.repeat(65_528)}/end.so`;
  expect([of(whole) === whole, of(`${whole}.1`).length]).toEqual([true, 65_537]);
  const long = of(`/begin/${'\xff'.repeat(10_000_000)}/end.so`);
  expect(long === `/begin/${'\\xff'.repeat(61_433)}…${'\\xff'.repeat(4089)}/end.so`).toBe(true);
});
