/**
 * Page numbers. An address >> 12 is below 2^52, so every 64-bit address counted in 4 KiB pages is exact in a double;
 * the address itself is not (above 2^53). The whole hot path counts pages; only this file parses and prints addresses.
 */
declare const brand: unique symbol;

/** A page number in [0, 2^52]: address / 4096. 2^52 is the end of the 64-bit space, exclusive. */
type Page = number & { readonly [brand]: 'Page' };

export const PAGE_SIZE = 4096;
/** The same for addresses to the byte. */
export const PAGE_BYTES = BigInt(PAGE_SIZE);
export const KB_OF_PAGE = PAGE_SIZE / 1024;
/** One past the last page of a 64-bit address space: 2^64 / 4096. */
export const END_PAGE_64 = 2 ** 52;
/** One past the last page of a 32-bit address space: 2^32 / 4096. */
export const END_PAGE_32 = 2 ** 20;
/** Maximum number of pages whose states one request asks for: 512 KiB of pagemap. */
export const MAX_PAGES = 65_536;

/** Takes a whole number in [0, 2^52]; throws RangeError otherwise. */
export function page(value: number): Page {
  if (!Number.isInteger(value) || value < 0 || value > END_PAGE_64) throw new RangeError(`not a page number: ${value}`);
  return value as Page;
}

/**
 * `0x` and at least `digits` hex digits (16 on 64 bits, 8 on 32) of the page's first byte. 2^64, always an exclusive
 * end, prints with 17 digits: `0x10000000000000000`.
 */
export function formatAddress(pageNumber: number, digits = 16): string {
  return `0x${bareAddress(pageNumber, digits)}`;
}

/** As {@link formatAddress} without the `0x`, for columns where every row is an address. */
export function bareAddress(pageNumber: number, digits = 16): string {
  return pageNumber === 0 ? '0'.repeat(digits) : (pageNumber.toString(16) + '000').padStart(digits, '0');
}

/** A parsed address: the page and the byte inside it, in [0, 4096). */
export interface Address {
  readonly page: Page;
  readonly byte: number;
}

/**
 * Parses hex with or without `0x`, up to 2^64 inclusive; underscores and surrounding spaces are allowed. null for
 * anything else.
 */
export function parseAddress(text: string): Address | null {
  const match = /^\s*(?:0x)?0*([0-9a-f_]{1,21})\s*$/i.exec(text);
  const digits = match?.[1]?.replaceAll('_', '');
  if (digits === undefined || digits === '' || digits.length > 17) return null;
  const pageNumber = digits.length > 3 ? Number.parseInt(digits.slice(0, -3), 16) : 0;
  const byte = Number.parseInt(digits.slice(-3), 16);
  if (pageNumber > END_PAGE_64 || (pageNumber === END_PAGE_64 && byte > 0)) return null;
  return { page: pageNumber as Page, byte };
}

/** A number of bytes that may exceed 2^53: whole pages, and the remaining bytes in [0, 4096). */
export interface Bytes {
  readonly page: number;
  readonly byte: number;
}

/** Exact where the sum of two doubles would round. */
export function addBytes(a: Bytes, b: Bytes): Bytes {
  const byte = a.byte + b.byte;
  return { page: a.page + b.page + Math.floor(byte / PAGE_SIZE), byte: byte % PAGE_SIZE };
}

/** a - b, for a >= b. */
export function subtractBytes(a: Bytes, b: Bytes): Bytes {
  return addBytes({ page: a.page - b.page - 1, byte: a.byte }, { page: 0, byte: PAGE_SIZE - b.byte });
}

/** Negative, 0 or positive, for sort(). */
export function compareBytes(a: Bytes, b: Bytes): number {
  return a.page - b.page || a.byte - b.byte;
}

/** In decimal, exact. */
export function bytesText({ page, byte }: Bytes): string {
  const rounded = page * PAGE_SIZE + byte;
  return rounded <= Number.MAX_SAFE_INTEGER ? String(rounded) : (BigInt(page) * BigInt(PAGE_SIZE) + BigInt(byte)).toString();
}

/** For JSON, whose readers treat numbers as doubles: a string of digits above 2^53. */
export function bytesJson(bytes: Bytes): number | string {
  const rounded = bytes.page * PAGE_SIZE + bytes.byte;
  return rounded <= Number.MAX_SAFE_INTEGER ? rounded : bytesText(bytes);
}

/** `0x` and the address in hex, to the byte. */
export function formatByteAddress(at: Bytes, digits = 16): string {
  return `0x${bareByteAddress(at, digits)}`;
}

/** As {@link formatByteAddress} without the `0x`. */
export function bareByteAddress({ page, byte }: Bytes, digits = 16): string {
  return (page === 0 ? byte.toString(16) : page.toString(16) + byte.toString(16).padStart(3, '0')).padStart(digits, '0');
}
