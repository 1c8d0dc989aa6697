/**
 * Fields of a maps line, as positions in the text. The *End functions return the first byte at or after `at` that does
 * not belong to the field. The *Value functions return -1 if there is no such field. A newline ends every field, and
 * the text ends with one, so that no scan runs past the end.
 */
const NEWLINE = 0x0a;
const SPACE = 0x20;
const ZERO = 0x30;
const NO_DIGIT = 0x80;

/** Value of a lower-case hex digit, else NO_DIGIT. */
const HEX = new Uint8Array(256).fill(NO_DIGIT);
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit;

/** The last hex digits of an address: the byte within its page. */
const BYTE_DIGITS = 3;
const FEWEST_ADDRESS_DIGITS = 8;
const MAX_ADDRESS_DIGITS = 16;
const FEWEST_DEVICE_DIGITS = 2;
const MAX_DEVICE_DIGITS = 5;

export function hexEnd(text: Uint8Array, at: number): number {
  while ((HEX[text[at] ?? NEWLINE] ?? NO_DIGIT) < 16) at++;
  return at;
}

/**
 * The address or offset text[from, to) in pages, exact up to 2^64; -1 unless it has 8 to 16 digits and is page aligned,
 * as the kernel prints it.
 */
export function pageValue(text: Uint8Array, from: number, to: number): number {
  const digits = to - from;
  const last = to - BYTE_DIGITS;
  if (digits < FEWEST_ADDRESS_DIGITS || digits > MAX_ADDRESS_DIGITS || text[last] !== ZERO || text[last + 1] !== ZERO || text[last + 2] !== ZERO) return -1;
  let value = 0;
  for (let i = from; i < last; i++) value = value * 16 + (HEX[text[i] ?? NEWLINE] ?? 0);
  return value;
}

/** Major or minor number of a device, text[from, to), with two digits or more. */
export function hexValue(text: Uint8Array, from: number, to: number): number {
  if (to - from < FEWEST_DEVICE_DIGITS || to - from > MAX_DEVICE_DIGITS) return -1;
  let value = 0;
  for (let i = from; i < to; i++) value = (value << 4) | (HEX[text[i] ?? NEWLINE] ?? 0);
  return value;
}

/**
 * Parses four hex digits at once: the value of the big-endian word `digits`, in [0, 65535], or -1. Works on all four
 * bytes in parallel ("SIMD within a register"), and checks the digits by printing them again.
 */
export function quadValue(digits: number): number {
  const values = (digits & 0x0f0f0f0f) + Math.imul((digits >>> 6) & 0x01010101, 9);
  const aboveNine = ((values + 0x06060606) >>> 4) & 0x01010101;
  const printed = (values + 0x30303030 + Math.imul(aboveNine, 39)) | 0;
  if (printed !== (digits | 0) || (values & 0x10101010) !== 0) return -1;
  const pairs = values | (values >>> 4);
  return ((pairs >>> 8) & 0xff00) | (pairs & 0xff);
}

export function decimalEnd(text: Uint8Array, at: number): number {
  for (;;) {
    const digit = (text[at] ?? NEWLINE) - ZERO;
    if (digit < 0 || digit > 9) return at;
    at++;
  }
}

/** Numbers of this many digits always fit a double exactly. */
const EXACT_DIGITS = 15;
const WORD = 2 ** 32;

/** The upper 32 of the 64 bits of the decimal number text[from, to). */
export function decimalHigh(text: Uint8Array, from: number, to: number): number {
  return to - from <= EXACT_DIGITS ? Math.floor(decimal(text, from, to) / WORD) : Number(BigInt.asUintN(64, bigDecimal(text, from, to)) >> 32n);
}

/** Its lower 32 bits. */
export function decimalLow(text: Uint8Array, from: number, to: number): number {
  return to - from <= EXACT_DIGITS ? decimal(text, from, to) % WORD : Number(BigInt.asUintN(32, bigDecimal(text, from, to)));
}

function decimal(text: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + (text[i] ?? ZERO) - ZERO;
  return value;
}

function bigDecimal(text: Uint8Array, from: number, to: number): bigint {
  let value = 0n;
  for (let i = from; i < to; i++) value = value * 10n + BigInt((text[i] ?? ZERO) - ZERO);
  return value;
}

export function spacesEnd(text: Uint8Array, at: number): number {
  while (text[at] === SPACE) at++;
  return at;
}

export function lineEnd(text: Uint8Array, at: number): number {
  while (text[at] !== NEWLINE) at++;
  return at;
}
