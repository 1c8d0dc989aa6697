import { parseByteSize } from '@procmap/shared/byte-size.ts';
import { type Address, type Bytes, parseAddress } from '@procmap/shared/page.ts';
import { isEmpty, parseRange } from '@procmap/shared/places/address-query.ts';
import { readPastedPlace } from '@procmap/shared/places/pasted-place.ts';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { usageFault } from '../common/fault.ts';

export interface AddressSpan {
  readonly start: Address;
  readonly length: Bytes;
}

/** A pasted place, from a log, a debugger or a line of maps. The map tells its address. */
interface Pasted {
  readonly pasted: string;
}

export function parseLocate(text: string): AddressSpan | Pasted {
  // An address alone means one byte.
  const [address = '', size = '1B', ...more] = text.split(',');
  const start = parseAddress(address);
  const length = more.length === 0 ? parseByteSize(size) : null;
  if (start !== null && length !== null && (length.page > 0 || length.byte > 0)) return { start, length };
  if (readPastedPlace(text) !== null || isLineOfMaps(text)) return { pasted: text };
  throw usageFault(
    `--locate must be an address in hex, alone or with a comma and a length in KB, as 0x7f0000000000,4 or 7f0000000000,2M, or a place as logs print it, such as libc.so.6+0x1d30; not '${escapeText(text)}'`,
  );
}

/** Accepts a beginning of such a line, too: `7f..-7f..`. */
function isLineOfMaps(text: string): boolean {
  const range = /^\s*(0x)?[0-9a-f_]+\s*-/i.test(text) ? parseRange(text.trim().toLowerCase()) : null;
  return range !== null && !isEmpty(range);
}
