import { exactBound, type Intervals, spaceOf } from '../intervals.ts';
import { regionOf, UNKNOWN_PERMS } from '../kernel-parts.ts';
import { KINDS } from '../kind.ts';
import { bytesText, formatAddress, formatByteAddress, subtractBytes } from '../page.ts';
import { permsText, typeText } from '../perms.ts';
import { deviceText, inodeText } from '../region.ts';
import { shownName } from '../shown-name.ts';

/** The columns never change: scripts rely on them (DESIGN 3). */
const COLUMNS = ['name', 'size_bytes', 'start_va', 'end_va', 'perms', 'type', 'file_offset', 'device', 'inode', 'space', 'kind', 'source'];
const END_OF_LINE = '\r\n';
const CHUNK_CHARACTERS = 65_536;

/**
 * Text that a spreadsheet might run as a formula, possibly after spaces, and our own escape mark, so that stripping one
 * leading `'` restores the text. Some spreadsheets treat full-width forms like their ASCII ones.
 */
const FORMULA = /^[\s\u00a0]*[=+\-@|%\t\r＝＋－＠｜％']/;

/** Which rows: those of `maps` with all space outside the kernel half, or the kernel half. */
export type CsvPart = 'maps' | 'kernel';

/** RFC 4180: the header, then one row per region, descending; UTF-8 without a byte order mark. In chunks. */
export function regionsCsv(intervals: Intervals, part: CsvPart): Generator<string> {
  return rowsCsv(intervals, indexesOf(intervals, part));
}

function* indexesOf(intervals: Intervals, part: CsvPart): Generator<number> {
  for (let i = intervals.length - 1; i >= 0; i--) if (partOf(intervals, i) === part) yield i;
}

/** The same for some rows, in the given order. */
export function* rowsCsv(intervals: Intervals, indexes: Iterable<number>): Generator<string> {
  let chunk = COLUMNS.join(',') + END_OF_LINE;
  const cells = nameCells(intervals);
  for (const i of indexes) {
    chunk += rowText(intervals, i, cells) + END_OF_LINE;
    if (chunk.length >= CHUNK_CHARACTERS) {
      yield chunk;
      chunk = '';
    }
  }
  yield chunk;
}

/** A mapping in the kernel half ([vsyscall]) belongs to the process. */
function partOf(intervals: Intervals, i: number): CsvPart {
  return (intervals.row[i] ?? -1) < 0 && spaceOf(intervals, i) === 'kernel' ? 'kernel' : 'maps';
}

function rowText(intervals: Intervals, i: number, nameCell: (name: number) => string): string {
  const { table } = intervals;
  const start = exactBound(intervals, i);
  const end = exactBound(intervals, i + 1);
  const row = intervals.row[i] ?? -1;
  const place = `${bytesText(subtractBytes(end, start))},${formatByteAddress(start)},${formatByteAddress(end)}`;
  const space = textCell(spaceOf(intervals, i));
  const what = `${space},${textCell(KINDS[intervals.kind[i] ?? 0] ?? '')}`;
  if (row < 0) return kernelText(intervals, i, place, space) ?? `"",${place},"","",,"",,${what},"computed"`;
  const perms = table.perms[row] ?? 0;
  const file = `${formatAddress(table.offset[row] ?? 0, 1)},${textCell(deviceText(table, row))},${inodeText(table, row)}`;
  return `${nameCell(table.name[row] ?? 0)},${place},${textCell(permsText(perms))},${textCell(typeText(perms))},${file},${what},"maps"`;
}

/** The row of a kernel region; null for a part outside all regions. */
function kernelText({ part, kernel }: Intervals, i: number, place: string, space: string): string | null {
  const region = regionOf(kernel, part[i] ?? -1);
  if (region === null) return null;
  const perms = kernel.perms[part[i] ?? -1] ?? UNKNOWN_PERMS;
  const { name, kind, source } = region;
  return `${textCell(name)},${place},${textCell(perms === UNKNOWN_PERMS ? '' : permsText(perms))},"",,"",,${space},${textCell(kind)},${textCell(source)}`;
}

/** A name of the table as a cell, cached per name. */
function nameCells({ table }: Intervals): (name: number) => string {
  const cells: string[] = [];
  return (name) => (cells[name] ??= textCell(shownName(table.names, name)));
}

/** Quoted, and safe to open in a spreadsheet. */
export function textCell(text: string): string {
  return `"${(FORMULA.test(text) ? "'" : '') + text.replaceAll('"', '""')}"`;
}
