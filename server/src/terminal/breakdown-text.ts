import type { Breakdown } from '@procmap/shared/use/breakdown/breakdown.ts';
import { AMOUNTS, type Amounts } from '@procmap/shared/use/breakdown/amounts.ts';
import { partsBelow, rowTitle } from '@procmap/shared/use/breakdown/row-title.ts';
import { breakdownSentences } from '@procmap/shared/use/breakdown/sentences.ts';
import { textCell } from '@procmap/shared/output/csv.ts';
import { formatBytes, formatCount } from '@procmap/shared/units.ts';
import { cutMiddle, displayWidth } from './output/columns.ts';
import type { Paint } from './output/paint.ts';

const COLUMNS: readonly (readonly [title: string, amount: keyof Amounts])[] = [
  ['virtual', 'virtual'],
  ['reserved', 'reserved'],
  ['untouched', 'untouched'],
  ['resident', 'resident'],
  ['private', 'private'],
  ['shared', 'shared'],
  ['swapped', 'swap'],
  ['huge', 'huge'],
  ['hugetlb', 'hugetlb'],
  ['PSS', 'pss'],
];
/** Shown where they are not zero in all rows. */
const RARE: readonly (keyof Amounts)[] = ['swap', 'huge', 'hugetlb'];
/** At least. */
const NAME_COLUMNS = 34;
const CELL_COLUMNS = 10;
/** Parts that are printed of each use; JSON and CSV have more. */
const MAX_PARTS = 5;

/** Where the memory goes: sentences, then a row a use with its largest parts below it. `width`: the room, in columns. */
export function* breakdownText(of: Breakdown, statusRssKb: number | null, paint: Paint, width: number): Generator<string> {
  for (const sentence of breakdownSentences(of)) yield `${sentence}\n`;
  const columns = COLUMNS.filter(([, amount]) => !RARE.includes(amount) || of.total[amount] > 0);
  const nameWidth = Math.max(NAME_COLUMNS, width - columns.length * CELL_COLUMNS);
  const padded = (text: string): string => {
    const shown = cutMiddle(text, nameWidth - 1);
    return shown + ' '.repeat(nameWidth - displayWidth(shown));
  };
  const cells = (row: Amounts): string => columns.map(([, amount]) => sizeText(row[amount]).padStart(CELL_COLUMNS)).join('');
  yield `\n${paint('bold', ' '.repeat(nameWidth) + columns.map(([title]) => title.padStart(CELL_COLUMNS)).join(''))}\n`;
  for (const row of of.rows) {
    yield `${padded(rowTitle(row))}${cells(row)}\n`;
    const parts = partsBelow(row).filter((part) => part.of !== '');
    for (const part of parts.slice(0, MAX_PARTS)) yield `${paint('dim', `${padded(`  ${counted(part.of, part.count)}`)}${cells(part)}`)}\n`;
    if (parts.length > MAX_PARTS) yield `${paint('dim', `  and ${formatCount(parts.length - MAX_PARTS)} more`)}\n`;
  }
  yield `${paint('bold', `${padded('total')}${cells(of.total)}`)}\n`;
  const rss = of.total.resident - of.total.hugetlb;
  if (statusRssKb !== null && statusRssKb !== rss)
    yield `VmRSS of /proc/PID/status was ${sizeText(Math.abs(statusRssKb - rss))} ${statusRssKb > rss ? 'more' : 'less'}: it was read a moment later, and the kernel counts it less exactly.\n`;
}

/** RFC 4180: a row a part, or a use without parts; they add up to the total. Sizes in KiB. */
export function* breakdownCsv({ rows }: Breakdown): Generator<string> {
  yield `use,of,count,${AMOUNTS.map((amount) => `${amount}_kb`).join(',')}\r\n`;
  for (const row of rows)
    for (const part of row.rows.length === 0 ? [row] : row.rows)
      yield `${textCell(part.use ?? '')},${textCell(part.of)},${part.count},${AMOUNTS.map((amount) => part[amount]).join(',')}\r\n`;
}

function counted(name: string, count: number): string {
  return count === 1 ? name : `${name} ×${formatCount(count)}`;
}

function sizeText(kb: number): string {
  return kb === 0 ? '-' : formatBytes(kb * 1024);
}
