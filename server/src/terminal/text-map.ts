import { type Intervals, spaceOf } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { shownDigits } from '@procmap/shared/layout.ts';
import { bareAddress, END_PAGE_32, END_PAGE_64 } from '@procmap/shared/page.ts';
import { isNoAccess, isWriteExec, permsText, typeText } from '@procmap/shared/perms.ts';
import { shownName } from '@procmap/shared/shown-name.ts';
import { formatPages } from '@procmap/shared/units.ts';
import type { Half } from '../options.ts';
import { columnsOf, cutMiddle } from './columns.ts';
import { linesOf } from './height.ts';
import type { Paint } from './paint.ts';

export interface TextMapOptions {
  /** Columns of the box; the addresses stand to the right of it. */
  readonly width: number;
  readonly half: Half;
  /** Intervals [first, last] to mark; null for none. */
  readonly located: { readonly first: number; readonly last: number } | null;
}

/** What is not mapped is named in angle brackets: the kernel gives no such name, and a path begins with `/`. */
const UNMAPPED: Readonly<Partial<Record<number, string>>> = {
  [Kind.gap]: '<... Sparse Region ...>',
  [Kind.null_trap]: '< NULL trap page >',
  [Kind.hole]: '<... Non-canonical hole ...>',
  [Kind.beyond]: '<... Beyond TASK_SIZE ...>',
  [Kind.unknown]: '<... Kernel half: no source describes this part ...>',
};
const ANONYMOUS = '<anonymous>';
const LOCATED = ' <== located';
const WRITE_EXEC = ' W+X!';
const LINES_PER_CHUNK = 512;

/** True for what `half` shows. */
export function isShown(intervals: Intervals, index: number, half: Half): boolean {
  return half === 'both' || spaceOf(intervals, index) === half;
}

/**
 * The map as one box, descending. Between regions a line with the address where the upper one begins, which is where the lower one ends (exclusive); above all the last
 * address. In chunks of lines.
 */
export function* textMap(intervals: Intervals, { width, half, located }: TextMapOptions, paint: Paint): Generator<string> {
  const inner = width - 2;
  const empty = `|${' '.repeat(inner)}|`;
  let chunk: string[] = [];
  let caption = '';
  for (let i = intervals.length - 1; i >= 0; i--) {
    if (!isShown(intervals, i, half)) continue;
    const space = spaceOf(intervals, i);
    const begins = captionOf(space, intervals);
    chunk.push(boundary(width, endAddress(intervals, i), begins === caption ? '' : begins));
    caption = begins;
    const mark = located !== null && i >= located.first && i <= located.last ? paint('mark', LOCATED) : '';
    chunk.push(`|${segment(intervals, i, inner, paint)}|${mark}`);
    const lines = linesOf((intervals.bounds[i + 1] ?? 0) - (intervals.bounds[i] ?? 0));
    for (let line = 1; line < lines; line++) chunk.push(empty);
    if (chunk.length > LINES_PER_CHUNK) {
      yield `${chunk.join('\n')}\n`;
      chunk = [];
    }
    if (i === 0 || !isShown(intervals, i - 1, half)) chunk.push(boundary(width, address(intervals, intervals.bounds[i] ?? 0), ''));
  }
  yield `${chunk.join('\n')}\n`;
}

function captionOf(space: 'user' | 'kernel' | 'none', { layout }: Intervals): string {
  if (space === 'none') return '';
  return space === 'user' ? `User half, ${formatPages(layout.userEnd)}` : `Kernel half, ${formatPages(layout.end - layout.kernelStart)}`;
}

/** `+--- Caption ------+ address`. */
function boundary(width: number, at: string, caption: string): string {
  const begin = caption === '' ? '' : `--- ${cutMiddle(caption, width - 8)} `;
  return `+${begin.padEnd(width - 2, '-')}+ ${at}`;
}

/** Above a region: where it ends; of the topmost one the very last address, as there is none with more digits. */
function endAddress(intervals: Intervals, index: number): string {
  const end = intervals.bounds[index + 1] ?? 0;
  return end === END_PAGE_64 ? 'f'.repeat(16) : end === END_PAGE_32 && intervals.layout.bits === 32 ? 'f'.repeat(8) : address(intervals, end);
}

function address({ layout }: Intervals, page: number): string {
  return bareAddress(page, shownDigits(layout, page));
}

/** What a region is, filled to `inner` columns. A name too wide for it loses its middle, and nothing else does. */
function segment(intervals: Intervals, i: number, inner: number, paint: Paint): string {
  const { table } = intervals;
  const kind = intervals.kind[i] ?? 0;
  const row = intervals.row[i] ?? -1;
  const size = formatPages((intervals.bounds[i + 1] ?? 0) - (intervals.bounds[i] ?? 0));
  if (row < 0) {
    const text = ` [${size}]`;
    const name = cutMiddle(UNMAPPED[kind] ?? '', inner - text.length);
    return padded(paint({ kind }, name + text), columnsOf(name + text), inner);
  }
  const perms = table.perms[row] ?? 0;
  const letters = permsText(perms);
  const before = ` [${size},`;
  const after = `,${typeText(perms)},0x${bareAddress(table.offset[row] ?? 0, 1)}]`;
  const alarm = isWriteExec(perms) ? WRITE_EXEC : '';
  const beside = before.length + letters.length + after.length + alarm.length;
  const name = cutMiddle(shownName(table.names, table.name[row] ?? 0) || ANONYMOUS, inner - beside);
  const role = alarm === '' ? (isNoAccess(perms) ? 'warning' : { kind }) : 'alarm';
  return padded(paint({ kind }, name + before) + paint(role, letters) + paint({ kind }, after) + paint('alarm', alarm), columnsOf(name) + beside, inner);
}

/** `columns`: what the text takes; its colours take none. */
function padded(text: string, columns: number, inner: number): string {
  return text + ' '.repeat(Math.max(0, inner - columns));
}
