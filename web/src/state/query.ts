import { parseByteSize } from '@procmap/shared/byte-size.ts';
import { type Intervals, isFilled, permsAt } from '@procmap/shared/intervals.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import { nameCount } from '@procmap/shared/names.ts';
import { type Address, type Bytes, compareBytes, END_PAGE_64, page, parseAddress, subtractBytes } from '@procmap/shared/page.ts';
import { isNoAccess, isWriteExec, PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE, typeText } from '@procmap/shared/perms.ts';
import { shownName } from '@procmap/shared/shown-name.ts';
import { kindLabel } from '@procmap/shared/words.ts';

/** What was typed in the search box, understood. */
export type Query =
  | { readonly type: 'none' }
  | AddressQuery
  | { readonly type: 'perms'; readonly test: (perms: number) => boolean; /** Private or shared, which only mappings are. */ readonly ofType: boolean }
  | { readonly type: 'kind'; readonly kind: number }
  | { readonly type: 'text'; readonly text: string; /** What it would be but for the names that it is a part of. */ readonly address?: AddressQuery };

/** An address, or a range of them. `length` null: the address alone; 0: a range without anything in it. */
export interface AddressQuery {
  readonly type: 'address';
  /** 2^64 where more was typed. */
  readonly start: Address;
  readonly length: Bytes | null;
}

/** One past the last address. */
const END: Address = { page: page(END_PAGE_64), byte: 0 };
const EMPTY: Bytes = { page: 0, byte: 0 };
/** An address, and behind a comma a length: a number by itself needs its mark, or six digits. */
const ADDRESS = /^(0x[0-9a-f_]+|[0-9a-f_]{6,})(?:\s*,\s*(.*))?$/;
/** Two of them with a dash between, and as a line of maps begins or goes on, what follows there. */
const RANGE = /^((?:0x)?[0-9a-f_]+)\s*-\s*((?:0x)?[0-9a-f_]+)(?:\s+[r-][w-][x-][ps-](?:\s.*)?)?$/;

const BITS: Readonly<Record<string, number>> = { r: PERM_READ, w: PERM_WRITE, x: PERM_EXEC, s: PERM_SHARED };

/** The permissions that letters name, other characters passed over. */
function bitsOf(letters: string): number {
  let bits = 0;
  for (const letter of letters) bits |= BITS[letter] ?? 0;
  return bits;
}

/**
 * `0x7f…` or six bare hex digits and more: an address; two with a dash between a range, also with the rest of its line of maps; with a comma one of so many
 * bytes, in hex or with a unit (`0x7f…,1000`, `0x7f…,4K`). `rwx`, `r-xp`, `---`: exactly these permissions; `p` and `s`: private, shared. `w+x`, `+x`, `r+w`: at least these.
 * `kind:heap`: that kind. Anything else: part of a name.
 */
export function parseQuery(typed: string): Query {
  const text = typed.trim().toLowerCase();
  if (text === '') return { type: 'none' };
  const exact = /^([r-])([w-])([x-])([ps-])?$/.exec(text);
  if (exact !== null) {
    const shared = exact[4];
    const bits = bitsOf(text.slice(0, 3));
    const mask = PERM_READ | PERM_WRITE | PERM_EXEC;
    return {
      type: 'perms',
      ofType: shared === 'p' || shared === 's',
      test: (perms) => (perms & mask) === bits && (shared === undefined || shared === '-' || (shared === 's') === ((perms & PERM_SHARED) !== 0)),
    };
  }
  if (text === 'w+x' || text === 'wx' || text === 'x+w') return { type: 'perms', ofType: false, test: isWriteExec };
  if (text === 'p' || text === 's') return { type: 'perms', ofType: true, test: (perms) => typeText(perms) === text };
  if (text === 'no access') return { type: 'perms', ofType: false, test: isNoAccess };
  const least = /^\+?([rwxs](?:\+[rwxs])*)$/.exec(text);
  if (least !== null && text.includes('+')) {
    const bits = bitsOf(text);
    return { type: 'perms', ofType: text.includes('s'), test: (perms) => (perms & bits) === bits };
  }
  const kind = text.startsWith('kind:') ? (KINDS as readonly string[]).indexOf(text.slice(5)) : -1;
  if (kind >= 0) return { type: 'kind', kind };
  return parseRange(text) ?? { type: 'text', text };
}

function parseRange(text: string): AddressQuery | null {
  const [, from, to] = RANGE.exec(text) ?? [];
  const [, alone, length] = ADDRESS.exec(text) ?? [];
  const first = from ?? alone;
  // Letters may well be a name (`facade`): bare hex needs a digit.
  if (first === undefined || !/[0-9]/.test(first)) return null;
  const start = parseHex(first);
  if (start === null) return null;
  if (to !== undefined) {
    const end = parseHex(to);
    return end === null ? null : { type: 'address', start, length: compareBytes(end, start) > 0 ? subtractBytes(end, start) : EMPTY };
  }
  // The comma is there, and the length not yet.
  if (length === undefined || length === '') return { type: 'address', start, length: null };
  const bytes = parseLength(length);
  return bytes === null ? null : { type: 'address', start, length: bytes };
}

/** Hex as an address is, or decimal with a unit; `1e` is hex. */
function parseLength(text: string): Bytes | null {
  return /^(?:0x)?[0-9a-f_]+$/.test(text) ? parseHex(text) : parseByteSize(text);
}

/** The end for hex that is no address because it has more than 64 bits. */
function parseHex(text: string): Address | null {
  return parseAddress(text) ?? (/^(?:0x)?[0-9a-f]{17,}$/.test(text.replaceAll('_', '')) ? END : null);
}

/**
 * What was typed, in the light of a map: bare hex (or two with a dash between) that is a part of a name there, such as that of a log file, finds the names.
 * With `0x` it is an address for certain.
 */
export function readQuery(typed: string, intervals: Intervals | null): Query {
  const query = parseQuery(typed);
  const text = typed.trim().toLowerCase();
  if (query.type !== 'address' || intervals === null || text.includes('0x')) return query;
  const names: Query = { type: 'text', text, address: query };
  return findHits(names, intervals).length > 0 ? names : query;
}

/** A range without anything in it. */
export function isEmpty({ length }: AddressQuery): boolean {
  return length !== null && length.page === 0 && length.byte === 0;
}

/** Indexes of the intervals that match, by descending address: the order in which the page shows them. */
export function findHits(query: Query, intervals: Intervals): Uint32Array {
  const test = matcher(query, intervals);
  const hits: number[] = [];
  if (test !== null) for (let i = intervals.length - 1; i >= 0; i--) if (test(i)) hits.push(i);
  return Uint32Array.from(hits);
}

function matcher(query: Query, intervals: Intervals): ((index: number) => boolean) | null {
  const { table, kind, row, part, kernel } = intervals;
  if (query.type === 'kind') return (index) => kind[index] === query.kind;
  const ofType = query.type === 'perms' && query.ofType;
  // A region of the kernel has no permissions of its own: those of its pages count.
  const isOfPages = (index: number): boolean => (row[index] ?? -1) >= 0 || (!ofType && (kernel.range[part[index] ?? -1] ?? -1) >= 0);
  if (query.type === 'perms') return (index) => isOfPages(index) && query.test(permsAt(intervals, index) ?? 0);
  if (query.type !== 'text') return null;
  const { text } = query;
  // Each distinct name is looked at once, however many mappings bear it.
  const named = Uint8Array.from({ length: nameCount(table.names) }, (_, i) => (shownName(table.names, i).toLowerCase().includes(text) ? 1 : 0));
  // Also by the kinds that the API tells: `kind:module`. What lies in a region is of it.
  const regions = kernel.half.regions.map(({ name, kind: is }) => name.toLowerCase().includes(text) || text === `kind:${is.toLowerCase()}`);
  const isOfRegion = (at: number): boolean => [kernel.region, kernel.within, kernel.outer].some((which) => regions[which[at] ?? -1] === true);
  // From the start of a word: `anon` is not to find the non-canonical hole.
  const kinds = KINDS.map((word, i) => word === text || ` ${kindLabel(i).toLowerCase()}`.includes(` ${text}`));
  return (index) => {
    if ((part[index] ?? -1) >= 0 && isFilled(intervals, index)) return isOfRegion(part[index] ?? -1) || (kinds[kind[index] ?? 0] ?? false);
    const at = row[index] ?? -1;
    const name = at < 0 ? 0 : (table.name[at] ?? 0);
    return name === 0 ? (kinds[kind[index] ?? 0] ?? false) : named[name] === 1;
  };
}
