import { BASE, classes, HIDDEN_MARK, makeBlock, MARK } from './code-point-class.ts';
import { escapeText } from './escape-text.ts';

const MAX_MARKS = 4;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * What each byte alone becomes, in the lower bytes of a little-endian word, and how many of them: one of ASCII itself or its escape, any other `\xff`. All four are written, whatever the
 * byte, so that hostile bytes make the processor guess no branch wrongly.
 */
const words = Int32Array.from({ length: 256 }, (_, byte) => wordOf(byteText(byte)));
const lengths = Uint8Array.from({ length: 256 }, (_, byte) => byteText(byte).length);
makeBlock(0);
/** How many marks may stand on it. */
const rooms = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x80 && classes[byte] === BASE ? MAX_MARKS : 0));
/** 1: a character of more than one byte may begin with it, and may go on with it. Both are asked at once, for the same reason. */
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

/** Six bits are left of a byte that goes on with a character; none is there. */
const MAX_LATER = 0x3f;
const NONE = 0xff;
/** Bytes that are escaped at once: what they become stays in the processor's cache. */
const PIECE_BYTES = 16_384;
/** No byte takes more than four: `\xff`; and a piece ends within a character. */
const escaped = new Uint8Array(4 * (PIECE_BYTES + 4));
const escapedWords = new DataView(escaped.buffer);
/** Where those bytes ended that were escaped last, and how many marks the last character of them may still bear. */
let doneTo = 0;
let room = 0;

/**
 * Escapes bytes: well-formed UTF-8 (table 3-7 of the Unicode standard) as {@link escapeText}, every byte that is not as `\xff`. A single walk, since hostile bytes must not take longer
 * than others.
 */
export function escapeBytes(bytes: Uint8Array): string {
  let text = '';
  doneTo = 0;
  room = 0;
  while (doneTo < bytes.length) text += utf8.decode(escaped.subarray(0, putPiece(bytes, doneTo)));
  return text;
}

/** Escapes some of the bytes from there on into `escaped`; gives how many bytes that makes. */
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
          // One that fewer bytes can say, or a surrogate.
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
      // One between two wide ones is not worth a call.
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

/** Escapes bytes that are each by itself, at least one, up to two that may be of one character, or to `end`; gives how many bytes are in `escaped` then. */
function putSingle(bytes: Uint8Array, from: number, end: number, held: number): number {
  // The last byte of all has none behind it.
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

/** Writes a code point above ASCII to `escaped`, and gives where it ended. */
function putCode(length: number, code: number): number {
  escaped[length++] = BACKSLASH;
  escaped[length++] = LOWER_U;
  escaped[length++] = BRACE;
  let shift = code < 0x100 ? 4 : code < 0x1000 ? 8 : code < 0x10000 ? 12 : code < 0x100000 ? 16 : 20;
  for (; shift >= 0; shift -= 4) escaped[length++] = HEX[(code >>> shift) & 0xf] ?? 0;
  escaped[length++] = END_BRACE;
  return length;
}
