import { type Address, END_PAGE_64, parseAddress } from '@procmap/shared/page.ts';
import { apiError, ApiFault } from './api-error.ts';

/** An address in a query: hex with 0x, since bare digits could be meant as decimal. null: not an address. */
export function addressOf(text: unknown): Address | null {
  return typeof text === 'string' && /^0x[0-9a-f]{1,16}$/i.test(text) ? parseAddress(text) : null;
}

/** The page of an address that is a multiple of the page size; otherwise null. */
export function pageOf(text: unknown): number | null {
  const address = addressOf(text);
  return address?.byte === 0 ? address.page : null;
}

/** Like pageOf(), for the end of a range, which may be the end of the address space. */
export function endPageOf(text: unknown): number | null {
  return text === '0x10000000000000000' ? END_PAGE_64 : pageOf(text);
}

export function badRange(message: string): ApiFault {
  return new ApiFault(apiError(400, 'bad_range', message));
}
