import { type Bytes, END_PAGE_64, PAGE_SIZE } from './page.ts';

const UNITS = ['b', 'k', 'm', 'g', 't', 'p', 'e'];
const SIZE = /^([0-9]{1,20})\s*(?:([kmgtpe])(?:i?b)?|(b))?$/i;

/**
 * Parses a typed size: digits and a unit (`B`, `K` or `KB`, `M` ... `E`; powers of 1024; default: `unit`). null when
 * malformed or above 2^64.
 */
export function parseByteSize(text: string, unit: 'b' | 'k' = 'k'): Bytes | null {
  const match = SIZE.exec(text.trim());
  if (match === null) return null;
  const power = UNITS.indexOf((match[2] ?? match[3] ?? unit).toLowerCase());
  const bytes = BigInt(match[1] ?? '') * 1024n ** BigInt(power);
  if (bytes > BigInt(END_PAGE_64) * BigInt(PAGE_SIZE)) return null;
  return { page: Number(bytes / BigInt(PAGE_SIZE)), byte: Number(bytes % BigInt(PAGE_SIZE)) };
}
