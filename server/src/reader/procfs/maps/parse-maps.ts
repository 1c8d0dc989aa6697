import { END_PAGE_64 } from '@procmap/shared/page.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE, permsText, typeText } from '@procmap/shared/perms.ts';
import { allocateTable, buildTable, type MappingTable, MINOR_BITS } from '@procmap/shared/region.ts';
import { classify } from './classify.ts';
import type { FileSystemOf } from './file-systems.ts';
import { decimalEnd, decimalHigh, decimalLow, hexEnd, hexValue, lineEnd, pageValue, quadValue, spacesEnd } from './fields.ts';
import { NameTable } from './name-table.ts';

/** The text of /proc/PID/maps as columns. The next call reuses their memory: encode or copy them first. */
export interface ParsedMaps {
  readonly table: MappingTable;
  /**
   * False if a row began before the end of the previous one, since the layout changed between two reads. Such rows are
   * left out.
   */
  readonly ordered: boolean;
}

/** A line of unknown format: not a maps file, or from an unknown kernel. */
interface MalformedMaps {
  /** Position of the line's first byte. */
  readonly malformedAt: number;
}

/** `00000000-00000000 ---p 00000000 00:00 0 ` and the newline. */
const SHORTEST_LINE_BYTES = 41;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const DASH = 0x2d;
const COLON = 0x3a;
/** The mode as a word (`---p` and all others), by PERM_* bits. */
const MODE_WORDS = Int32Array.from({ length: 16 }, (_, bits) => bigEndianWord(permsText(bits) + typeText(bits)));
/** The rest of a line after the mode, for a mapping without file and name, in overlapping words from the space on. */
const ANONYMOUS = ' 00000000 00:00 0 \n';
const [ANON_0, ANON_4, ANON_8, ANON_12, ANON_15] = [0, 4, 8, 12, 15].map((at) => bigEndianWord(ANONYMOUS.slice(at)));
const DIGITS = 12;
/** Bytes that must exist after the text, with any content: words are read before the length of the line is known. */
export const SLACK_BYTES = 64;
const MAX_MAJOR = 0xfff;

/** Rows that are reused for the next text: enough for any process under the usual limit of 65,530, in 7 MB. */
const KEPT_ROWS = 2 ** 17;
const keptRows = allocateTable(KEPT_ROWS);

function roomFor(rows: number): MappingTable {
  return rows <= KEPT_ROWS ? keptRows : allocateTable(rows);
}

/**
 * Parses text[0, length) in one pass over the bytes, without a string, an object or a regex per row. show_map_vma() in
 * the kernel's fs/proc/task_mmu.c writes a line as `start-end perms offset major:minor inode` and a space. A mapping
 * with a name has more spaces and the name up to the newline. Numbers are in hex without 0x, the inode in decimal.
 * Names are raw except for `\012`. `fileSystemOf` is only asked about devices without a disk.
 */
export function parseMaps(text: Uint8Array, length: number, fileSystemOf: FileSystemOf): ParsedMaps | MalformedMaps {
  if (length > 0 && text[length - 1] !== NEWLINE) return { malformedAt: length - 1 };
  const rows = roomFor(Math.ceil(length / SHORTEST_LINE_BYTES));
  const { start, end, offset, inodeLow, inodeHigh, device, name, perms } = rows;
  const names = new NameTable(text);
  const words = new DataView(text.buffer, text.byteOffset, text.byteLength);
  let row = 0;
  let lastEnd = 0;
  // The last end address of twelve digits, and its position in the text; -1: none yet.
  let endBefore = -1;
  let endBeforeAt = -1;
  let ordered = true;
  for (let line = 0, next: number; line < length; line = next) {
    let startPage: number;
    let endPage: number;
    let at = line + 2 * DIGITS + 1;
    if (text[line + DIGITS] === DASH && text[at] === SPACE) {
      // Most mappings begin at the end of the previous one.
      startPage = endBeforeAt >= 0 && sameTwelve(words, line, endBeforeAt) ? endBefore : pageOfTwelve(words, line);
      endPage = pageOfTwelve(words, line + DIGITS + 1);
      endBefore = endPage;
      endBeforeAt = line + DIGITS + 1;
    } else {
      const startTo = hexEnd(text, line);
      at = hexEnd(text, startTo + 1);
      if (text[startTo] !== DASH || text[at] !== SPACE) return { malformedAt: line };
      startPage = pageValue(text, line, startTo);
      endPage = pageValue(text, startTo + 1, at);
    }
    const permBits = permsValue(words.getInt32(at + 1));
    if (startPage < 0 || endPage <= startPage || endPage > END_PAGE_64 || permBits < 0) return { malformedAt: line };
    const follows = startPage >= lastEnd;
    start[row] = startPage;
    end[row] = endPage;
    perms[row] = permBits;

    at += 5;
    if (
      words.getInt32(at) === ANON_0 &&
      words.getInt32(at + 4) === ANON_4 &&
      words.getInt32(at + 8) === ANON_8 &&
      words.getInt32(at + 12) === ANON_12 &&
      words.getInt32(at + 15) === ANON_15
    ) {
      next = at + ANONYMOUS.length;
      offset[row] = 0;
      device[row] = 0;
      inodeLow[row] = 0;
      inodeHigh[row] = 0;
      name[row] = 0;
    } else {
      const offsetTo = hexEnd(text, at + 1);
      const majorTo = hexEnd(text, offsetTo + 1);
      const minorTo = hexEnd(text, majorTo + 1);
      const inodeAt = minorTo + 1;
      const inodeTo = decimalEnd(text, inodeAt);
      const nameAt = spacesEnd(text, inodeTo);
      const offsetPages = pageValue(text, at + 1, offsetTo);
      const major = hexValue(text, offsetTo + 1, majorTo);
      const minor = hexValue(text, majorTo + 1, minorTo);
      if (text[at] !== SPACE || text[offsetTo] !== SPACE || text[majorTo] !== COLON || text[minorTo] !== SPACE) return { malformedAt: line };
      // Every line has a space after its inode, even without a name.
      if (inodeTo === inodeAt || nameAt === inodeTo || offsetPages < 0) return { malformedAt: line };
      if (major < 0 || major > MAX_MAJOR || minor < 0) return { malformedAt: line };
      const nameTo = lineEnd(text, nameAt);
      next = nameTo + 1;
      offset[row] = offsetPages;
      device[row] = (major << MINOR_BITS) | minor;
      inodeLow[row] = decimalLow(text, inodeAt, inodeTo);
      inodeHigh[row] = decimalHigh(text, inodeAt, inodeTo);
      name[row] = nameTo === nameAt ? 0 : names.intern(nameAt, nameTo);
    }
    if (follows) {
      lastEnd = endPage;
      row++;
    } else {
      ordered = false;
    }
  }
  const table = buildTable(row, names.copy(), (column) => rows[column].subarray(0, row));
  classify(table, fileSystemOf);
  return { table, ordered };
}

function sameTwelve(words: DataView, a: number, b: number): boolean {
  return words.getInt32(a) === words.getInt32(b) && words.getInt32(a + 4) === words.getInt32(b + 4) && words.getInt32(a + 8) === words.getInt32(b + 8);
}

/** The page of the twelve hex digits at `at`, or -1. */
function pageOfTwelve(words: DataView, at: number): number {
  const high = quadValue(words.getInt32(at));
  const middle = quadValue(words.getInt32(at + 4));
  const low = quadValue(words.getInt32(at + 8));
  return (high | middle | low) < 0 || (low & 0xfff) !== 0 ? -1 : high * 2 ** 20 + (middle << 4) + (low >>> 12);
}

/**
 * PERM_* bits of `rwxp` as a big-endian word, or -1. Each letter differs from its `-` (`s` from `p`) in bits of its
 * own.
 */
function permsValue(mode: number): number {
  const difference = mode ^ (MODE_WORDS[0] ?? 0);
  const bits = ((difference >>> 24) & PERM_READ) | ((difference >>> 16) & PERM_WRITE) | ((difference >>> 8) & PERM_EXEC) | ((difference << 3) & PERM_SHARED);
  return MODE_WORDS[bits] === mode ? bits : -1;
}

function bigEndianWord(text: string): number {
  return Buffer.from(text, 'latin1').readInt32BE(0);
}
