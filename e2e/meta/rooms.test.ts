import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Arrow, arrowsOf, differences, pastDoors, roomOf, upsideDown } from './arrows.ts';
import { everyImportOf, importsOf } from './import-graph.ts';
import { DOORS } from './doors.ts';
import { ENTRIES, ROOMS } from './rooms.ts';

const FILES = globSync('{shared,server,web}/src/**/*.{ts,svelte}', { cwd: join(import.meta.dirname, '..', '..') }).filter(
  (file) => !/\.(test|fixture)\.ts$/.test(file),
);
const ARROWS = arrowsOf(FILES, ENTRIES);

describe('the rooms', () => {
  it('are the folders of the sources, and the entries', () => {
    const rooms = new Set(FILES.map((file) => roomOf(file, ENTRIES)));
    expect(Object.keys(ROOMS).sort()).toEqual([...rooms].sort());
    expect(FILES).toEqual(expect.arrayContaining([...ENTRIES]));
  });

  it('import each other as the table says, and all that it says', () => {
    expect(ARROWS.length).toBeGreaterThan(500);
    expect(differences(ARROWS, ROOMS)).toEqual([]);
  });

  it('have no circle', () => expect(upsideDown(ROOMS)).toEqual([]));

  it('are entered by their doors', () => expect(pastDoors(ARROWS, DOORS)).toEqual([]));

  it('are put together by app/, which none of them knows', () => {
    const knowing = (room: string): string[] => Object.keys(ROOMS).filter((each) => ROOMS[each]?.includes(room) === true);
    expect(knowing('web/app')).toEqual(['web']);
    for (const entry of ENTRIES) expect(knowing(entry.replace('/src/', '/'))).toEqual([]);
  });

  it('know their own workspace and shared/ only', () => {
    const workspace = (room: string): string => room.replace(/\/.*/, '');
    const strangers = Object.entries(ROOMS).flatMap(([from, allowed]) =>
      allowed.filter((to) => workspace(to) !== workspace(from) && workspace(to) !== 'shared').map((to) => `${from} ${to}`),
    );
    expect(strangers).toEqual([]);
  });
});

describe('the table of rooms', () => {
  const arrow = (from: string, to: string, target = 'y.ts'): Arrow => ({ file: `${from}/x.ts`, target: `${to}/${target}`, from, to });

  it('reports a new arrow with its file, and where to add it', () =>
    expect(differences([arrow('web/a', 'web/b')], { 'web/b': [], 'web/a': [] })).toEqual([
      "web/a/x.ts imports web/b/y.ts: web/a may not import web/b. If it should, add 'web/b' to 'web/a' in e2e/meta/rooms.ts.",
    ]));

  it('reports a missing room', () => expect(differences([arrow('web/new', 'web/b')], { 'web/b': [] })).toHaveLength(1));

  it('reports an entry that no import needs', () =>
    expect(differences([], { 'web/b': [], 'web/a': ['web/b'] })).toEqual([
      "Nothing in web/a imports web/b any more. Take 'web/b' out of 'web/a' in e2e/meta/rooms.ts.",
    ]));

  it('reports a circle, however long', () => {
    expect(upsideDown({ c: [], b: ['c'], a: ['b', 'c'] })).toEqual([]);
    expect(upsideDown({ c: ['a'], b: ['c'], a: ['b'] })).toHaveLength(1);
    expect(upsideDown({ a: ['a'] })).toHaveLength(1);
  });

  it('reports an import past a door, and an unused door', () => {
    const doors = { 'web/b': ['y.ts'] };
    expect(pastDoors([arrow('web/a', 'web/b')], doors)).toEqual([]);
    expect(pastDoors([arrow('web/a', 'web/b'), arrow('web/a', 'web/b', 'z.ts')], doors)).toEqual([
      'web/a/x.ts imports z.ts of web/b, which is no door. If it should be, add it to DOORS in e2e/meta/doors.ts.',
    ]);
    expect(pastDoors([], doors)).toEqual(['Nobody outside imports y.ts of web/b: take it out of DOORS in e2e/meta/doors.ts.']);
  });

  it('counts types, which nothing imports when it runs', () => {
    const file = 'web/src/inspector/parts.ts';
    expect(importsOf(file)).toEqual([]);
    expect(everyImportOf(file).map(({ specifier }) => specifier)).toContain('../view/parts.ts');
    expect(arrowsOf([file], ENTRIES).map(({ to }) => to)).toContain('web/view');
  });
});
