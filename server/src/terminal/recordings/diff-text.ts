import type { ChangedRange } from '@procmap/shared/compare/compare.ts';
import type { Comparison, Sum } from '@procmap/shared/compare/comparison.ts';
import { changeText, rateText } from '@procmap/shared/compare/sentence.ts';
import { textCell } from '@procmap/shared/output/csv.ts';
import { formatAddress, PAGE_SIZE } from '@procmap/shared/page.ts';
import { permsText, typeText } from '@procmap/shared/perms.ts';
import { escapeMapsName } from '@procmap/shared/text/escape.ts';
import { nameBytes } from '@procmap/shared/text/names.ts';
import { formatCount, formatPages } from '@procmap/shared/units.ts';
import { useText } from '@procmap/shared/use/use-text.ts';
import { cutMiddle, displayWidth } from '../output/columns.ts';
import type { Paint } from '../output/paint.ts';
import type { Compared } from './diff.ts';

/** A comparison, ready to be told. */
interface Told {
  readonly first: Compared;
  readonly second: Compared;
  readonly comparison: Comparison;
  /** Between two moments of one process; null: other maps. */
  readonly seconds: number | null;
  readonly sentences: readonly string[];
}

/** Rows that are printed of each list; JSON has all. */
const MAX_ROWS = 20;
const MAX_RANGES = 100;
const NAME_COLUMNS = 34;
const CELL_COLUMNS = 11;
const SIGNS = { new: '+', gone: '-', grown: '>', shrunk: '<', perms: '~', same: ' ' } as const;

/** Sentences, sums by use and by file, then each range that is not the same, the highest address first. */
export function* diffText({ first, second, comparison, seconds, sentences }: Told, paint: Paint): Generator<string> {
  yield `- ${first.title}\n+ ${second.title}\n`;
  for (const sentence of sentences) yield `${paint('bold', sentence)}\n`;
  if (comparison.isSame) return;
  yield* sumsText('by use', comparison.uses, seconds, paint);
  yield* sumsText('by file', comparison.files, seconds, paint);
  const ranges = comparison.ranges.filter(({ change }) => change !== 'same').toReversed();
  yield `\n${paint('bold', comparison.by === 'address' ? 'by address' : 'by what lies there, at addresses of the second map, or of the first where it is gone')}\n`;
  for (const range of ranges.slice(0, MAX_RANGES)) yield `${rangeText(range, first, second)}\n`;
  if (ranges.length > MAX_RANGES) yield `and ${formatCount(ranges.length - MAX_RANGES)} more; --format=json has all\n`;
  yield `${paint('dim', '+ new, - gone, > grown, < shrunk, ~ of other permissions')}\n`;
}

function* sumsText(title: string, sums: readonly Sum[], seconds: number | null, paint: Paint): Generator<string> {
  if (sums.length === 0) return;
  yield `\n${paint('bold', padded(title) + ['first', 'second', 'change'].map((word) => word.padStart(CELL_COLUMNS)).join(''))}\n`;
  for (const sum of sums.slice(0, MAX_ROWS)) {
    const cells = [formatPages(sum.first), formatPages(sum.second), changeText(sum)].map((text) => text.padStart(CELL_COLUMNS)).join('');
    yield `${padded(sum.name)}${cells}${rateText(sum, seconds)}\n`;
  }
  if (sums.length > MAX_ROWS) yield `and ${formatCount(sums.length - MAX_ROWS)} more\n`;
}

function padded(text: string): string {
  const shown = cutMiddle(text, NAME_COLUMNS - 1);
  return shown + ' '.repeat(NAME_COLUMNS - displayWidth(shown));
}

function rangeText({ start, end, first, second, change }: ChangedRange, a: Compared, b: Compared): string {
  const perms = [permsOf(a, first), permsOf(b, second)].filter((text) => text !== '');
  const [side, row] = second >= 0 ? [b, second] : [a, first];
  return `${SIGNS[change]} ${formatAddress(start)} ${formatPages(end - start).padStart(8)} ${[...new Set(perms)].join(' -> ')} ${nameOf(side, row)}`;
}

function permsOf({ table }: Compared, row: number): string {
  const perms = table.perms[row];
  return perms === undefined ? '' : permsText(perms) + typeText(perms);
}

function nameOf({ table, uses }: Compared, row: number): string {
  const name = table.name[row] ?? 0;
  if (name !== 0) return escapeMapsName(nameBytes(table.names, name));
  const facts = uses.facts(row);
  return facts.use === null ? 'anonymous' : useText(facts);
}

/** The same as JSON; sizes in KiB. */
export function* diffJson({ first, second, comparison, seconds, sentences }: Told): Generator<string> {
  const { isSame, by, counts, ranges, uses, files, mapped } = comparison;
  const head = {
    same: isSame,
    by,
    seconds,
    sentences,
    first: sideJson(first),
    second: sideJson(second),
    mapped: sumJson(mapped),
    uses: uses.map(sumJson),
    files: files.map(sumJson),
    counts: Object.fromEntries(Object.entries(counts).map(([change, { ranges: number, pages }]) => [change, { ranges: number, size_kb: kb(pages) }])),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"changes":[`;
  let separator = '\n';
  for (const range of ranges) {
    if (range.change === 'same') continue;
    yield separator + JSON.stringify(rangeJson(range, first, second));
    separator = ',\n';
  }
  yield ']}\n';
}

/** RFC 4180, a row for each range that is not the same. */
export function* diffCsv({ first, second, comparison }: Told): Generator<string> {
  yield `${CSV_COLUMNS.join(',')}\r\n`;
  for (const range of comparison.ranges) {
    if (range.change === 'same') continue;
    const row = rangeJson(range, first, second);
    yield `${CSV_COLUMNS.map((column) => csvCell(row[column])).join(',')}\r\n`;
  }
}

const CSV_COLUMNS = ['change', 'start', 'end', 'size_kb', 'perms_first', 'perms_second', 'name', 'use', 'use_of'] as const;

function csvCell(value: string | number | null): string {
  return typeof value === 'number' ? String(value) : textCell(value ?? '');
}

function sideJson({ pid, title, takenAt }: Compared): object {
  return { pid, title, taken_at: new Date(takenAt).toISOString() };
}

function sumJson({ name, use, first, second }: Sum): object {
  return { name, use, first_kb: kb(first), second_kb: kb(second) };
}

function rangeJson(
  { start, end, first, second, change }: ChangedRange,
  a: Compared,
  b: Compared,
): Record<(typeof CSV_COLUMNS)[number], string | number | null> {
  const [side, row] = second >= 0 ? [b, second] : [a, first];
  const { use, of } = side.uses.facts(row);
  return {
    change,
    start: formatAddress(start, 1),
    end: formatAddress(end, 1),
    size_kb: kb(end - start),
    perms_first: permsOf(a, first) || null,
    perms_second: permsOf(b, second) || null,
    name: nameOf(side, row),
    use,
    use_of: of,
  };
}

function kb(pages: number): number {
  return pages * (PAGE_SIZE / 1024);
}
