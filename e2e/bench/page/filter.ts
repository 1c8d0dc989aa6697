import { tile } from '@procmap/shared/intervals.ts';
import { appendNames, NO_NAMES } from '@procmap/shared/text/names.ts';
import { allocateTable } from '@procmap/shared/region.ts';
import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import { findMatches, readQuery } from '../../../web/src/search/query.ts';
import { hitsOf } from '../../../web/src/search/query-match.ts';
import type { ColumnKey } from '../../../web/src/table/lines/table-columns.ts';
import { groupRows, tableLines } from '../../../web/src/table/lines/table-groups.ts';
import { BY_ADDRESS, chooseRows, sortRows } from '../../../web/src/table/lines/table-order.ts';

/**
 * node e2e/bench/page/filter.ts: prints the cost of a key in the search box and of a click on a column header, for maps
 * in which every name is different. Asserts nothing.
 */
const encoder = new TextEncoder();

function mapOf(rows: number, distinctNames: number) {
  const names = Array.from({ length: distinctNames }, (_, i) => encoder.encode(`/usr/lib/x86_64-linux-gnu/lib${(i * 7919) % distinctNames}.so.${i % 9}`));
  const table = { ...allocateTable(rows), names: appendNames(NO_NAMES, names) };
  for (let i = 0; i < rows; i++) {
    table.start[i] = 0x7_0000_0000 + 3 * i;
    table.end[i] = 0x7_0000_0000 + 3 * i + 1 + (i % 2);
    table.name[i] = 1 + ((i * 31) % distinctNames);
    table.perms[i] = [1, 5, 3, 0][i % 4] ?? 0;
    table.kind[i] = 4 + (i % 4);
    table.inodeLow[i] = (i * 2654435761) >>> 0;
    table.offset[i] = i % 1000;
  }
  return tile(table, LAYOUT_64);
}

function median(run: () => unknown, times = 9): number {
  const taken = Array.from({ length: times }, () => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  }).sort((a, b) => a - b);
  return taken[times >> 1] ?? NaN;
}

function say(what: string, ms: number): void {
  process.stdout.write(`  ${what.padEnd(52)}${ms.toFixed(2).padStart(9)} ms\n`);
}

for (const [rows, names] of [
  [65_000, 200],
  [65_000, 65_000],
  [1_000_000, 65_000],
] as const) {
  const intervals = mapOf(rows, names);
  process.stdout.write(`${rows} mappings of ${names} names, ${intervals.length} intervals\n`);
  const first = performance.now();
  findMatches(readQuery('name:lib', intervals), intervals);
  say('the first search, which makes the names readable', performance.now() - first);
  for (const typed of ['libc', 'size>4K perm:w -name:lib7', 'kind:data,heap offset>=64K inode!=12 lib12', 'perm:r-x'])
    say(
      typed,
      median(() => hitsOf(findMatches(readQuery(typed, intervals), intervals) ?? new Uint8Array())),
    );
  const uses = identify(intervals.table, { flags: null, threads: null, objects: null, commandLine: '' });
  const all = chooseRows(intervals, null, true);
  say(
    'rows chosen',
    median(() => chooseRows(intervals, null, true)),
  );
  const ranked = performance.now();
  sortRows(all, intervals, { column: 'name', descending: false }, null);
  say('sorted by name, the first time', performance.now() - ranked);
  for (const column of ['name', 'size', 'end', 'inode', 'kind', 'use'] satisfies ColumnKey[])
    say(
      `sorted by ${column}`,
      median(() => sortRows(all, intervals, { column, descending: false }, null, uses)),
    );
  for (const by of ['file', 'kind', 'use'] as const)
    say(
      `in groups by ${by}`,
      median(() => tableLines(all, groupRows(all, intervals, by, BY_ADDRESS, null, uses), () => false)),
    );
}
