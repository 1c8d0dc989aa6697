import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const CLOCK = /\bDate\.now\(|\bnew Date\(\)|\bDate\(\)/;

/** Files that report the time of day: when something was read, ended, was logged or made. */
const TELLING = [
  'server/src/common/log.ts',
  'server/src/reader/procfs/memory/memory.ts',
  'server/src/reader/reading/map.ts',
  'server/src/reader/reading/pages.ts',
  'server/src/reader/reading/smaps.ts',
  'server/src/terminal/show.ts',
  'web/src/live/watch.svelte.ts',
  'web/src/share/ShareDialog.svelte',
  'web/src/threads/threads-reading.svelte.ts',
];

it('the wall clock, which may be set, serves displayed times only, never intervals', () => {
  const files = globSync('{server,shared,web}/src/**/*.{ts,svelte}', { cwd: ROOT }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));
  const lines = files.flatMap((file) =>
    readFileSync(join(ROOT, file), 'utf8')
      .split('\n')
      .filter((line) => CLOCK.test(line))
      .map((line) => [file, line.trim()] as const),
  );
  expect([...new Set(lines.map(([file]) => file))].sort()).toEqual(TELLING);
  // No arithmetic is done with it.
  expect(lines.filter(([, line]) => /Date(\.now)?\(\)\s*[-+<>]|[-+<>]\s*(new )?Date/.test(line))).toEqual([]);
});
