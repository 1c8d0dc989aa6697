import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BareApp } from '../../server/test/bare-app.ts';
import { routesOf } from '../../server/test/route-table.ts';

/** SECURITY.md lists the limit of everything that can be requested: it must mention each limit, and nothing else. */
const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const page = read('SECURITY.md');

interface Row {
  readonly names: readonly string[];
  /** What could hang, what could grow, where it is bounded, which test. */
  readonly cells: readonly string[];
}

/** The rows of the table below a heading. */
function rowsOf(heading: string): Row[] {
  const [, section = ''] = page.split(`### ${heading}\n`);
  const [body = ''] = section.split(/^#/m);
  const rows = body.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) => {
    const [first = '', ...cells] = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    return { names: first.split(', ').map((name) => /^`(.+)`$/.exec(name)?.[1] ?? `${first} is no list of names`), cells };
  });
}

/** Strings in quotes after `word:` in a part of a source, as in variants of a type. */
function variants(path: string, from: string, to: string, pattern: RegExp): string[] {
  const [, rest = ''] = read(path).split(from);
  const [part = ''] = rest.split(to);
  const found = [...part.matchAll(pattern)].flatMap(([, names = '']) => names.split(' | ').map((name) => name.replaceAll("'", '')));
  expect(found.length).toBeGreaterThan(5);
  return found;
}

const bare = new BareApp();
const tests = new Set<string>();

beforeAll(async () => {
  await bare.app.ready();
  for (const folder of ['server', 'shared', 'e2e'])
    for (const path of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }))
      if (path.endsWith('.test.ts') && !path.includes('node_modules')) tests.add(basename(path));
});

afterAll(() => bare.app.close());

describe.each<[string, () => string[]]>([
  [
    'Operations of the reader and of files',
    () => variants('server/src/reader/protocol/protocol.ts', 'export type ReaderRequest =', 'export type', /\bop: ('[a-z-]+'(?: \| '[a-z-]+')*)/g),
  ],
  [
    'Routes',
    () => {
      const routes = routesOf(bare.app.printRoutes({ commonPrefix: false })).filter((route) => !route.startsWith('HEAD '));
      return [...new Set(routes.map((route) => (route.startsWith('GET /assets/') ? 'GET /assets/:file' : route)))];
    },
  ],
  ['Messages of the stream', () => variants('shared/src/messages.ts', "const ClientMessage = v.variant('type', [", ']);', /type: v\.literal\(('[a-z-]+')\)/g)],
])('of “%s”', (heading, known) => {
  it('each has one row, and each row is of some', () => {
    const names = rowsOf(heading).flatMap((row) => row.names);
    expect(names.toSorted()).toEqual(known().toSorted());
  });

  it('each row says what could hang, what could grow, and which tests hold that, which exist', () => {
    for (const { names, cells } of rowsOf(heading)) {
      const [hangs, grows, bound, tested] = cells;
      expect([names, cells.length, hangs === '' || grows === '']).toEqual([names, 4, false]);
      // Only an entry that can neither hang nor grow needs no bound.
      if (bound === '') expect([names, hangs, grows]).toEqual([names, expect.stringMatching(/^(no\b|as )/), expect.stringMatching(/^no\b/)]);
      const named = [...(tested ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
      expect([names, named.length > 0, named.filter((name) => !tests.has(name))]).toEqual([names, true, []]);
    }
  });
});
