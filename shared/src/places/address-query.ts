import { parseByteSize } from '../byte-size.ts';
import { type Address, type Bytes, compareBytes, END_PAGE_64, page, parseAddress, subtractBytes } from '../page.ts';

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

/**
 * `0x7f…` or six bare hex digits and more: an address; two with a dash between a range, also with the rest of its line of maps; with a comma one of so many
 * bytes, in hex or with a unit (`0x7f…,1000`, `0x7f…,4K`). null for anything else. In lower case.
 */
export function parseRange(text: string): AddressQuery | null {
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
export function parseHex(text: string): Address | null {
  return parseAddress(text) ?? (/^(?:0x)?[0-9a-f]{17,}$/.test(text.replaceAll('_', '')) ? END : null);
}

/** A range without anything in it. */
export function isEmpty({ length }: AddressQuery): boolean {
  return length !== null && length.page === 0 && length.byte === 0;
}
