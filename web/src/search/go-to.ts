import type { Intervals } from '@procmap/shared/intervals.ts';
import { locate, type Located } from '@procmap/shared/places/locate.ts';
import { addBytes, type Bytes, compareBytes, type Address, END_PAGE_64, formatByteAddress, page, subtractBytes } from '@procmap/shared/page.ts';
import { type AddressQuery, isEmpty, parseHex, parseRange } from '@procmap/shared/places/address-query.ts';
import { findPasted } from '@procmap/shared/places/find-pasted.ts';
import type { PageRange } from '../regions/page-range.ts';

/**
 * The destination, and the search text that finds it (`0x7f…`, `0x7f…,0x1000`); or one sentence that says what to type
 * instead.
 */
type Destination = { readonly located: Located; readonly isRange: boolean; readonly search: string } | { readonly problem: string };

const ONE_BYTE: Bytes = { page: 0, byte: 1 };

/**
 * Parses the text of the address field: an address, a range or a place from a log as in the search, and also hex of
 * less than six digits, and, with a sign, an offset in hex from the start of the selection.
 */
export function readDestination(typed: string, intervals: Intervals, selected: PageRange | null): Destination {
  const text = typed.trim().toLowerCase();
  if (text === '') return { problem: 'Type an address in hex, such as 0x7f92b03f1000.' };
  const query = /^[+-]/.test(text) ? relative(text, selected) : (findPasted(typed, intervals) ?? absolute(text));
  if ('problem' in query) return query;
  if (isEmpty(query)) return { problem: 'This range is empty: its end must be above its start.' };
  const located = locate(intervals, query.start, query.length ?? ONE_BYTE);
  if (located !== null) {
    const ends = [query.start, ...(query.length === null ? [] : [query.length])];
    return { located, isRange: query.length !== null, search: ends.map((each) => formatByteAddress(each, 1)).join(',') };
  }
  const last = formatByteAddress(subtractBytes({ page: intervals.layout.end, byte: 0 }, ONE_BYTE), intervals.layout.bits / 4);
  return { problem: `There is no such address here: the last one is ${last}.` };
}

function absolute(text: string): AddressQuery | { problem: string } {
  const range = parseRange(text);
  if (range !== null) return range;
  const start = /^[0-9a-fx_]+$/.test(text) ? parseHex(text) : null;
  return start === null
    ? { problem: 'This is not an address. Type hex, a range such as 0x7f92b03f1000,4K or one with a dash, or +0x100 from the selection.' }
    : { type: 'address', start, length: null };
}

function relative(text: string, selected: PageRange | null): AddressQuery | { problem: string } {
  const offset = parseHex(text.slice(1).trim());
  if (offset === null) return { problem: 'After the sign, type bytes in hex, such as +0x100.' };
  if (selected === null) return { problem: 'Select a region first: an offset counts from its start.' };
  const from: Bytes = { page: selected.startPage, byte: 0 };
  const isDown = text.startsWith('-');
  if (isDown && compareBytes(offset, from) > 0) return { problem: 'This is below address 0.' };
  const start = isDown ? subtractBytes(from, offset) : addBytes(from, offset);
  return { type: 'address', start: addressOf(start), length: null };
}

/** Addresses beyond the end become 2^64. */
function addressOf(at: Bytes): Address {
  return at.page >= END_PAGE_64 ? { page: page(END_PAGE_64), byte: 0 } : { page: page(at.page), byte: at.byte };
}
