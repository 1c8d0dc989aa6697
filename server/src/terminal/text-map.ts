import { exactBound, type Intervals, spaceOf } from '@procmap/shared/intervals.ts';
import { writeExecRanges } from '@procmap/shared/kernel-ranges.ts';
import { addressDigits, shownDigits } from '@procmap/shared/layout.ts';
import { bareByteAddress, END_PAGE_32, END_PAGE_64 } from '@procmap/shared/page.ts';
import { isWriteExec, permsText } from '@procmap/shared/perms.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { formatPages, formatSize } from '@procmap/shared/units.ts';
import { isWriteExecView } from '@procmap/shared/views.ts';
import { KERNEL_HALF, unmappedWords, USER_HALF } from '@procmap/shared/words.ts';
import { NO_USE, useName } from '@procmap/shared/use/use-list.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { Half } from '../options.ts';
import { displayWidth, cutMiddle } from './output/columns.ts';
import { lineCount } from './height.ts';
import type { Paint } from './output/paint.ts';

export interface TextMapOptions {
  /** Width of the box in columns; the addresses are to the right of it. */
  readonly width: number;
  readonly half: Half;
  /** Intervals [first, last] to mark; null: none. */
  readonly located: { readonly first: number; readonly last: number } | null;
  readonly uses: Uses;
}

const LOCATED = ' <== located';
const WRITE_EXEC = ' W+X!';
const PAGE_ZERO = ' NULL!';
const NO_ACCESS = permsText(0);
const LINES_PER_CHUNK = 512;

/** True if `half` includes the region. */
export function isShown(intervals: Intervals, index: number, half: Half): boolean {
  return half === 'both' || spaceOf(intervals, index) === half;
}

/**
 * Draws the map as a box, in descending order. A line between two regions has the start address of the upper one, which
 * is the (exclusive) end of the lower one. The first line has the last address of all. Yields chunks of lines.
 */
export function* textMap(intervals: Intervals, { width, half, located, uses }: TextMapOptions, paint: Paint): Generator<string> {
  const inner = width - 2;
  const empty = `|${' '.repeat(inner)}|`;
  const alarms = writeExecRanges(intervals.kernel.half.ranges) ?? [];
  let chunk: string[] = [];
  let caption = '';
  for (let i = intervals.length - 1; i >= 0; i--) {
    if (!isShown(intervals, i, half)) continue;
    const space = spaceOf(intervals, i);
    const begins = captionOf(space, intervals);
    chunk.push(boundary(width, endAddress(intervals, i), begins === caption ? '' : begins));
    caption = begins;
    const mark = located !== null && i >= located.first && i <= located.last ? paint('mark', LOCATED) : '';
    chunk.push(`|${segment(intervals, i, alarms, uses, inner, paint)}|${mark}`);
    const lines = lineCount((intervals.bounds[i + 1] ?? 0) - (intervals.bounds[i] ?? 0));
    for (let line = 1; line < lines; line++) chunk.push(empty);
    if (chunk.length > LINES_PER_CHUNK) {
      yield `${chunk.join('\n')}\n`;
      chunk = [];
    }
    if (i === 0 || !isShown(intervals, i - 1, half)) chunk.push(boundary(width, address(intervals, i), ''));
  }
  yield `${chunk.join('\n')}\n`;
}

function captionOf(space: 'user' | 'kernel' | 'none', { layout }: Intervals): string {
  if (space === 'none') return '';
  return space === 'user' ? `${USER_HALF}, ${formatPages(layout.userEnd)}` : `${KERNEL_HALF}, ${formatPages(layout.end - layout.kernelStart)}`;
}

/** `+--- Caption ------+ address`. */
function boundary(width: number, at: string, caption: string): string {
  const begin = caption === '' ? '' : `--- ${cutMiddle(caption, width - 8)} `;
  return `+${begin.padEnd(width - 2, '-')}+ ${at}`;
}

/**
 * The end of a region, printed above it. For the topmost one the very last address, since its end would need one digit
 * more.
 */
function endAddress(intervals: Intervals, index: number): string {
  const end = intervals.bounds[index + 1] ?? 0;
  const isTop = end === END_PAGE_64 || (end === END_PAGE_32 && intervals.layout.bits === 32);
  return isTop ? 'f'.repeat(addressDigits(intervals.layout)) : address(intervals, index + 1);
}

/** Start of an interval. */
function address(intervals: Intervals, index: number): string {
  const at = exactBound(intervals, index);
  return bareByteAddress(at, shownDigits(intervals.layout, at.page));
}

type Range = NonNullable<ReturnType<typeof writeExecRanges>>[number];

/**
 * The text of a region, padded to `inner` columns. If it is too wide, only the name is cut, in its middle. `alarms`:
 * W+X ranges of the kernel half.
 */
function segment(intervals: Intervals, i: number, alarms: readonly Range[], uses: Uses, inner: number, paint: Paint): string {
  const kind = intervals.kind[i] ?? 0;
  const { before, letters, after, alarm, name } = wordsOf(intervals, i, alarms, uses);
  const beside = before.length + letters.length + after.length + alarm.length;
  const shown = cutMiddle(name, inner - beside);
  const role = alarm !== '' ? 'alarm' : letters === NO_ACCESS && (intervals.row[i] ?? -1) >= 0 ? 'warning' : { kind };
  return padded(paint({ kind }, shown + before) + paint(role, letters) + paint({ kind }, after) + paint('alarm', alarm), displayWidth(shown) + beside, inner);
}

interface SegmentWords {
  readonly name: string;
  /** The text before the permissions. */
  readonly before: string;
  readonly letters: string;
  readonly after: string;
  /** The alarm of this region, or ''. */
  readonly alarm: string;
}

function wordsOf(intervals: Intervals, i: number, alarms: readonly Range[], uses: Uses): SegmentWords {
  const view = new IntervalView(intervals, i);
  const size = formatSize(view.size);
  if (view.is === 'empty') return { name: unmappedWords(view.kind)?.boxed ?? '', before: ` [${size}]`, letters: '', after: '', alarm: '' };
  if (view.is === 'kernel') return kernelWords(view, size, alarms);
  return {
    name: view.name || anonymousName(uses, view.row),
    before: ` [${size},`,
    letters: permsText(view.perms ?? 0),
    after: `,${view.type ?? ''},${view.offset ?? ''}]`,
    alarm: alarmOf(intervals.table, view.row),
  };
}

/** `<anonymous: thread stack, worker-3 812>`. */
function anonymousName(uses: Uses, row: number): string {
  const use = useName(uses.use[row] ?? NO_USE);
  const of = uses.of(row);
  return use === '' ? '<anonymous>' : `<anonymous: ${use}${of === '' ? '' : `, ${of}`}>`;
}

/** Includes memory that is written through one mapping and executed through another. */
function alarmOf(table: MappingTable, row: number): string {
  if (isWriteExec(table.perms[row] ?? 0) || isWriteExecView(table, row)) return WRITE_EXEC;
  return table.start[row] === 0 ? PAGE_ZERO : '';
}

/** A kernel region has the permissions of all its pages combined, so only a single page with both is an alarm. */
function kernelWords({ name, perms, within, startPage, endPage }: IntervalView, size: string, alarms: readonly Range[]): SegmentWords {
  return {
    name,
    before: ` [${size}${perms === null ? '' : ','}`,
    letters: perms === null ? '' : permsText(perms),
    after: within === null ? ']' : `] in ${within.name}`,
    alarm: alarms.some(({ start, end }) => start < endPage && end > startPage) ? WRITE_EXEC : '',
  };
}

/** `columns`: width of the text; colours take none. */
function padded(text: string, columns: number, inner: number): string {
  return text + ' '.repeat(Math.max(0, inner - columns));
}
