import { type Intervals, spaceOf } from '../intervals.ts';
import { bytesText, formatByteAddress } from '../page.ts';
import { permsText } from '../perms.ts';
import { IntervalView } from '../regions/interval-view.ts';
import { NO_FACTS, type UseFacts, type Uses } from '../use/uses.ts';

/**
 * A column. None ever changes: scripts rely on them; new ones come last. Numbers and addresses are bare, other texts quoted; ''
 * where a region has no such value.
 */
interface CsvColumn {
  readonly header: string;
  readonly isBare: boolean;
  readonly text: (view: IntervalView, facts: UseFacts) => string;
}

const COLUMNS: readonly CsvColumn[] = [
  { header: 'name', isBare: false, text: ({ name }) => name },
  { header: 'size_bytes', isBare: true, text: ({ size }) => bytesText(size) },
  { header: 'start_va', isBare: true, text: ({ start }) => formatByteAddress(start) },
  { header: 'end_va', isBare: true, text: ({ end }) => formatByteAddress(end) },
  { header: 'perms', isBare: false, text: ({ listedPerms: perms }) => (perms === null ? '' : permsText(perms)) },
  { header: 'type', isBare: false, text: ({ type }) => type ?? '' },
  { header: 'file_offset', isBare: true, text: ({ offset }) => offset ?? '' },
  { header: 'device', isBare: false, text: ({ device }) => device ?? '' },
  { header: 'inode', isBare: true, text: ({ inode }) => inode ?? '' },
  { header: 'space', isBare: false, text: ({ space }) => space },
  { header: 'kind', isBare: false, text: ({ kindName }) => kindName },
  { header: 'source', isBare: false, text: ({ source }) => source },
  { header: 'use', isBare: false, text: (_, { use }) => use ?? '' },
  { header: 'use_of', isBare: false, text: (_, { of }) => of },
  { header: 'use_evidence', isBare: false, text: (_, { evidence }) => evidence },
  { header: 'use_certainty', isBare: false, text: (_, { certainty }) => certainty ?? '' },
];
const END_OF_LINE = '\r\n';
const CHUNK_CHARACTERS = 65_536;

/**
 * Text that a spreadsheet might run as a formula, possibly after spaces, and our own escape mark, so that stripping one
 * leading `'` restores the text. Some spreadsheets treat full-width forms like their ASCII ones.
 */
const FORMULA = /^[\s\u00a0]*[=+\-@|%\t\r＝＋－＠｜％']/;

/** Which rows: those of `maps` with all space outside the kernel half, or the kernel half. */
export type CsvPart = 'maps' | 'kernel';

/**
 * RFC 4180: the header, then one row per region, descending; UTF-8 without a byte order mark. In chunks. `uses` null:
 * not known.
 */
export function regionsCsv(intervals: Intervals, part: CsvPart, uses: Uses | null = null): Generator<string> {
  return rowsCsv(intervals, indexesOf(intervals, part), uses);
}

function* indexesOf(intervals: Intervals, part: CsvPart): Generator<number> {
  for (let i = intervals.length - 1; i >= 0; i--) if (partOf(intervals, i) === part) yield i;
}

/** The same for some rows, in the given order. */
export function* rowsCsv(intervals: Intervals, indexes: Iterable<number>, uses: Uses | null = null): Generator<string> {
  let chunk = COLUMNS.map(({ header }) => header).join(',') + END_OF_LINE;
  const quoted = quotedCells();
  for (const i of indexes) {
    const view = new IntervalView(intervals, i);
    const facts = uses?.facts(view.row) ?? NO_FACTS;
    let separator = '';
    for (const { text, isBare } of COLUMNS) {
      chunk += separator + (isBare ? text(view, facts) : quoted(text(view, facts)));
      separator = ',';
    }
    chunk += END_OF_LINE;
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

/** Texts as cells: names, which many rows share, are quoted once. */
function quotedCells(): (text: string) => string {
  const cells = new Map<string, string>();
  return (text) => {
    let cell = cells.get(text);
    if (cell === undefined) cells.set(text, (cell = textCell(text)));
    return cell;
  };
}

/** Quoted, and safe to open in a spreadsheet. */
export function textCell(text: string): string {
  return `"${(FORMULA.test(text) ? "'" : '') + text.replaceAll('"', '""')}"`;
}
