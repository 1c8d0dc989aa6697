import { BASE, classes, HIDDEN_MARK, makeBlock, MARK } from './code-point-class.ts';
import { escapeText } from './escape-text.ts';

const MAX_MARKS = 4;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The output for each single byte, in the lower bytes of a little-endian word, and its length: for ASCII the character
 * or its escape, else `\xff`. All four bytes are always written, so that hostile bytes cause no branch mispredictions.
 */
const words = Int32Array.from({ length: 256 }, (_, byte) => wordOf(byteText(byte)));
const lengths = Uint8Array.from({ length: 256 }, (_, byte) => byteText(byte).length);
makeBlock(0);
/** Number of marks that may follow it. */
const rooms = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x80 && classes[byte] === BASE ? MAX_MARKS : 0));
/**
 * 1: a character of several bytes may begin with it, or continue with it. Both are looked up at once, also to avoid
 * branches.
 */
const leads = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0xc2 && byte <= 0xf4 ? 1 : 0));
const follows = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x80 && byte < 0xc0 ? 1 : 0));

function byteText(byte: number): string {
  return byte < 0x80 ? escapeText(String.fromCharCode(byte)) : `\\x${byte.toString(16)}`;
}

function wordOf(ascii: string): number {
  let word = 0;
  for (let i = 0; i < ascii.length; i++) word |= ascii.charCodeAt(i) << (8 * i);
  return word;
}

/** A continuation byte has six bits left; NONE: there is no byte. */
const MAX_LATER = 0x3f;
const NONE = 0xff;
/** Bytes escaped per step: few enough that the output stays in the processor's cache. */
const PIECE_BYTES = 16_384;
/** No byte becomes more than four (`\xff`); a step may end up to 3 bytes late, to complete a character. */
const escaped = new Uint8Array(4 * (PIECE_BYTES + 4));
const escapedWords = new DataView(escaped.buffer);
/** End of the bytes escaped so far, and the number of marks that the last character may still carry. */
let doneTo = 0;
let room = 0;

/**
 * Escapes bytes: well-formed UTF-8 (table 3-7 of the Unicode standard) like {@link escapeText}, every other byte as
 * `\xff`. A single pass, since hostile bytes must not take longer than others.
 */
export function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  doneTo = 0;
  room = 0;
  while (doneTo < bytes.length) text += utf8.decode(escaped.subarray(0, putPiece(bytes, doneTo)));
  return text;
}

/** Escapes a piece of the bytes from `from` on into `escaped` and returns the length of the output. */
function putPiece(bytes: Uint8Array, from: number): number {
  const all = bytes.length;
  const end = Math.min(all, from + PIECE_BYTES);
  let length = 0;
  let left = room;
  for (let i = from; i < end;) {
    const first = bytes[i] ?? 0;
    const second = i + 1 < all ? (bytes[i + 1] ?? 0) : 0;
    let code = -1;
    let size = 0;
    if (((leads[first] ?? 0) & (follows[second] ?? 0)) !== 0) {
      if (first < 0xe0) {
        code = ((first & 0x1f) << 6) | (second & 0x3f);
        size = 2;
      } else {
        const third = i + 2 < all ? (bytes[i + 2] ?? 0) ^ 0x80 : NONE;
        if (first < 0xf0) {
          code = ((first & 0xf) << 12) | ((second & 0x3f) << 6) | third;
          size = 3;
          // An overlong form, or a surrogate.
          if (third > MAX_LATER || code < 0x800 || (code & 0xf800) === 0xd800) code = -1;
        } else {
          const fourth = i + 3 < all ? (bytes[i + 3] ?? 0) ^ 0x80 : NONE;
          code = ((first & 0x7) << 18) | ((second & 0x3f) << 12) | (third << 6) | fourth;
          size = 4;
          if (third > MAX_LATER || fourth > MAX_LATER || code < 0x10000 || code > 0x10ffff) code = -1;
        }
      }
    }
    if (code < 0) {
      // A single byte between two characters of several bytes is not worth a call.
      if (i + 2 < end && ((leads[second] ?? 0) & (follows[bytes[i + 2] ?? 0] ?? 0)) !== 0) {
        escapedWords.setInt32(length, words[first] ?? 0, true);
        length += lengths[first] ?? 0;
        left = rooms[first] ?? 0;
        doneTo = ++i;
        continue;
      }
      length = putSingle(bytes, i, end, length);
      i = doneTo;
      left = rooms[bytes[i - 1] ?? 0] ?? 0;
      continue;
    }
    let what = classes[code] ?? 0;
    if (what === 0) what = makeBlock(code);
    if (what < MARK || (what === MARK && left > 0)) {
      escaped[length] = first;
      escaped[length + 1] = second;
      if (size > 2) escaped[length + 2] = bytes[i + 2] ?? 0;
      if (size > 3) escaped[length + 3] = bytes[i + 3] ?? 0;
      length += size;
    } else length = putCode(length, code);
    left = what === MARK || what === HIDDEN_MARK ? Math.max(0, left - 1) : what === BASE ? MAX_MARKS : 0;
    i += size;
    doneTo = i;
  }
  room = left;
  return length;
}

/**
 * Escapes single bytes, at least one, up to a possible character of several bytes or to `end`; returns the number of
 * bytes in `escaped`.
 */
function putSingle(bytes: Uint8Array, from: number, end: number, held: number): number {
  // The very last byte has no successor.
  const last = Math.min(end, bytes.length - 1);
  let length = held;
  let i = from;
  let byte = bytes[i] ?? 0;
  let next = i < last ? (bytes[i + 1] ?? 0) : 0;
  do {
    escapedWords.setInt32(length, words[byte] ?? 0, true);
    length += lengths[byte] ?? 0;
    byte = next;
    if (++i >= last) break;
    next = bytes[i + 1] ?? 0;
  } while (((leads[byte] ?? 0) & (follows[next] ?? 0)) === 0);
  doneTo = i;
  return length;
}

const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const BRACE = 0x7b;
const END_BRACE = 0x7d;

/** Writes a code point above ASCII to `escaped` and returns the position after it. */
function putCode(length: number, code: number): number {
  escaped[length++] = BACKSLASH;
  escaped[length++] = LOWER_U;
  escaped[length++] = BRACE;
  let shift = code < 0x100 ? 4 : code < 0x1000 ? 8 : code < 0x10000 ? 12 : code < 0x100000 ? 16 : 20;
  for (; shift >= 0; shift -= 4) escaped[length++] = HEX[(code >>> shift) & 0xf] ?? 0;
  escaped[length++] = END_BRACE;
  return length;
}
