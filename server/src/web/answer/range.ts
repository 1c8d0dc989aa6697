import { type Address, END_PAGE_64, parseAddress } from '@procmap/shared/page.ts';
import { apiError, ApiFault } from './api-error.ts';

/** An address in a query: hex with its mark, since bare digits could be meant as decimal ones. null: it is none. */
export function addressOf(text: unknown): Address | null {
  return typeof text === 'string' && /^0x[0-9a-f]{1,16}$/i.test(text) ? parseAddress(text) : null;
}

/** The same of the first byte of a page. */
export function pageOf(text: unknown): number | null {
  const address = addressOf(text);
  return address?.byte === 0 ? address.page : null;
}

/** The same of where a range ends: also behind the last byte of all. */
export function endPageOf(text: unknown): number | null {
  return text === '0x10000000000000000' ? END_PAGE_64 : pageOf(text);
}

export function badRange(message: string): ApiFault {
  return new ApiFault(apiError(400, 'bad_range', message));
}
