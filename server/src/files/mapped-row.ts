import { closeSync, constants, openSync, readSync } from 'node:fs';
import { bareAddress, PAGE_SIZE, parseAddress } from '@procmap/shared/page.ts';
import { beat } from '../common/beat.ts';
import { TooLarge } from '../reader/procfs/maps/text-buffer.ts';

/** A mapping, with its name as the kernel wrote it. Paths are byte strings (latin1). */
export interface MappedRow {
  /** `start-end`, as in the names of the folder map_files. */
  readonly range: string;
  readonly startPage: number;
  /** Start of the nearest mapping, at or below this one, that maps the same file from offset 0; null: there is none. */
  readonly firstPage: number | null;
  readonly executable: boolean;
  readonly writable: boolean;
  /** Offset in the file, in bytes. */
  readonly offset: number;
  /** `major:minor`, in decimal. */
  readonly device: string;
  readonly inode: bigint;
  /** A newline is escaped as `\012`. Nothing else is escaped, not even a backslash. */
  readonly name: string;
}

const READ_BYTES = 64 * 1024;
/** Paths can have any length; longer lines are not read. */
const MAX_LINE_BYTES = 1024 * 1024;
/**
 * Maximum size of the text, plus USUAL_LINE_BYTES for each line. TextBuffer has the same limit, so that every row of a
 * displayed map can be found.
 */
const MAX_BYTES = 64 * 1024 * 1024;
const USUAL_LINE_BYTES = 128;
/** Maximum size of a line without its name. */
const MAX_HEAD_BYTES = 100;
const NEWLINE = 0x0a;
const SPACE = 0x20;
/** ` r-xp`, before the offset. */
const PERMS_BYTES = 5;
const OFFSET_0 = Buffer.from(' 00000000 ');
const NO_FILE = Buffer.from(' 00000000 00:00 0 ');
const LINE = /^([0-9a-f]+-[0-9a-f]+) [r-]([w-])([x-])[ps] ([0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) ([0-9]+) +(.*)$/s;

/** The mapping that starts at that page, or null. Throws the system's error, or TooLarge. */
export function findMappedRow(mapsFile: string, startPage: number): MappedRow | null {
  // The kernel pads addresses to eight digits.
  const wanted = Buffer.from(`${bareAddress(startPage, 8)}-`, 'latin1');
  let first = '';
  const file = openSync(mapsFile, constants.O_RDONLY);
  try {
    let rest = Buffer.alloc(0);
    let left = MAX_BYTES;
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      beat();
      const count = readSync(file, buffer, 0, READ_BYTES, null);
      if (count === 0) return null;
      const text = Buffer.concat([rest, buffer.subarray(0, count)]);
      let line = 0;
      for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, line)) {
        if (text.compare(wanted, 0, wanted.length, line, line + wanted.length) === 0) return rowOf(text.toString('latin1', line, end), startPage, first);
        if (isBeginning(text, line)) first = text.toString('latin1', line, Math.min(end, line + MAX_HEAD_BYTES));
        line = end + 1;
        left += USUAL_LINE_BYTES;
      }
      left -= count;
      if (left < 0) throw new TooLarge(MAX_BYTES);
      rest = text.subarray(line);
      if (rest.length > MAX_LINE_BYTES) throw new Error('one of its lines is longer than a megabyte');
    }
  } finally {
    closeSync(file);
  }
}

/** True if the line at `line` maps a file from its beginning. */
function isBeginning(text: Buffer, line: number): boolean {
  const at = text.indexOf(SPACE, line) + PERMS_BYTES;
  return text.compare(OFFSET_0, 0, OFFSET_0.length, at, at + OFFSET_0.length) === 0 && text.compare(NO_FILE, 0, NO_FILE.length, at, at + NO_FILE.length) !== 0;
}

function rowOf(text: string, startPage: number, firstText: string): MappedRow {
  const line = fieldsOf(text);
  if (line === null) throw new Error('a line of its maps has an unknown format');
  const first = line.offset === 0 ? line : fieldsOf(firstText);
  const isSame = first?.device === line.device && first.inode === line.inode;
  return { ...line, startPage, firstPage: isSame ? (parseAddress(first.range.split('-')[0] ?? '')?.page ?? null) : null };
}

function fieldsOf(line: string): Omit<MappedRow, 'startPage' | 'firstPage'> | null {
  const [, range, w, x, offset, major, minor, inode, name] = LINE.exec(line) ?? [];
  if (range === undefined || offset === undefined || major === undefined || minor === undefined) return null;
  return {
    range,
    executable: x === 'x',
    writable: w === 'w',
    // Exact: a whole number of pages, 2^52 at most.
    offset: Number.parseInt(offset.slice(0, -3) || '0', 16) * PAGE_SIZE,
    device: `${Number.parseInt(major, 16)}:${Number.parseInt(minor, 16)}`,
    inode: BigInt(inode ?? 0),
    name: name ?? '',
  };
}
