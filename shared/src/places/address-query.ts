import { parseByteSize } from '../byte-size.ts';
import { type Address, type Bytes, compareBytes, END_PAGE_64, page, parseAddress, subtractBytes } from '../page.ts';

/** An address, or a range of them. `length` null: a single address; 0: an empty range. */
export interface AddressQuery {
  readonly type: 'address';
  /** 2^64 when a larger number was typed. */
  readonly start: Address;
  readonly length: Bytes | null;
}

/** One past the last address. */
const END: Address = { page: page(END_PAGE_64), byte: 0 };
const EMPTY: Bytes = { page: 0, byte: 0 };
/** An address, optionally followed by a comma and a length. A bare number needs its `0x` or six digits. */
const ADDRESS = /^(0x[0-9a-f_]+|[0-9a-f_]{6,})(?:\s*,\s*(.*))?$/;
/** Two of them with a dash between, optionally followed by the rest of a line of maps. */
const RANGE = /^((?:0x)?[0-9a-f_]+)\s*-\s*((?:0x)?[0-9a-f_]+)(?:\s+[r-][w-][x-][ps-](?:\s.*)?)?$/;

/**
 * `0x7f…` or at least six bare hex digits: an address. Two with a dash between, also with the rest of a line of maps: a
 * range. With a comma and a length in hex or with a unit (`0x7f…,1000`, `0x7f…,4K`): a range. null for anything else.
 * Expects lower case.
 */
export function parseRange(text: string): AddressQuery | null {
  const [, from, to] = RANGE.exec(text) ?? [];
  const [, alone, length] = ADDRESS.exec(text) ?? [];
  const first = from ?? alone;
  // Letters alone may be a name (`facade`): bare hex needs a digit.
  if (first === undefined || !/[0-9]/.test(first)) return null;
  const start = parseHex(first);
  if (start === null) return null;
  if (to !== undefined) {
    const end = parseHex(to);
    return end === null ? null : { type: 'address', start, length: compareBytes(end, start) > 0 ? subtractBytes(end, start) : EMPTY };
  }
  // The comma is typed, the length not yet.
  if (length === undefined || length === '') return { type: 'address', start, length: null };
  const bytes = parseLength(length);
  return bytes === null ? null : { type: 'address', start, length: bytes };
}

/** Hex like an address, or decimal with a unit; `1e` is hex. */
function parseLength(text: string): Bytes | null {
  return /^(?:0x)?[0-9a-f_]+$/.test(text) ? parseHex(text) : parseByteSize(text);
}

/** END for hex of more than 64 bits. */
export function parseHex(text: string): Address | null {
  return parseAddress(text) ?? (/^(?:0x)?[0-9a-f]{17,}$/.test(text.replaceAll('_', '')) ? END : null);
}

/** True for a range of length 0. */
export function isEmpty({ length }: AddressQuery): boolean {
  return length !== null && length.page === 0 && length.byte === 0;
}
