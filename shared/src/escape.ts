/**
 * Text that a process or the kernel wrote, made visible: nothing that controls a terminal, reorders a line, hides
 * or breaks it survives. Controls and format characters, bidi marks, lone surrogates, private and unassigned code points become
 * `\x1b` or `\u{202e}`, and so does a combining mark that is on no letter, or on top of four others; a backslash doubles, so that the result is unambiguous.
 */
const VISIBLE_ASCII = /^[\x20-\x5b\x5d-\x7e]*$/;
// \p{C} control, format, surrogate, private, unassigned; \p{Zl} \p{Zp} line and paragraph separators; \p{Zs} any space but U+0020;
// \p{Default_Ignorable_Code_Point} and U+2800, of Braille: what fonts draw as nothing at all. Marks (\p{M}) on what is no letter would change the slash
// before a name or the frame around it, and a pile of them is drawn over the lines beside it; no script has more than four on one letter.
const HIDDEN = /(?<![\p{L}\p{M}\p{N}])\p{M}+|(?<=\p{M}{4})\p{M}+|[\\\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

function escapeCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** Escapes a string; see above. */
export function escapeText(text: string): string {
  return VISIBLE_ASCII.test(text) ? text : text.replace(HIDDEN, (run) => Array.from(run, escapeCharacter).join(''));
}

/** What a code point is to {@link escapeBytes}; see HIDDEN. */
const PLAIN = 0;
/** A letter or digit: marks may stand on it. */
const BASE = 1;
const MARK = 2;
/** Of no look. */
const HIDDEN_MARK = 3;
const HIDDEN_OTHER = 4;

const IS_BASE = /[\p{L}\p{N}]/u;
const IS_MARK = /\p{M}/u;
const IS_HIDDEN = /[\\\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const BLOCK = 256;
/** The classes of all code points, each block made when one of it comes: together they would take a fifth of a second. */
const classes = new Uint8Array(0x110000);
const isMade = new Uint8Array(0x110000 / BLOCK);

function makeBlock(index: number): void {
  isMade[index] = 1;
  for (let code = index * BLOCK; code < (index + 1) * BLOCK; code++) classes[code] = classOf(String.fromCodePoint(code));
}

function classOf(character: string): number {
  const isHidden = IS_HIDDEN.test(character);
  if (IS_MARK.test(character)) return isHidden ? HIDDEN_MARK : MARK;
  return isHidden ? HIDDEN_OTHER : IS_BASE.test(character) ? BASE : PLAIN;
}

makeBlock(0);

const MOST_MARKS = 4;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const TAB = 0x09;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const LOWER_U = 0x75;
const LOWER_X = 0x78;
const BRACE = 0x7b;
const END_BRACE = 0x7d;

/** Bytes that are escaped at once: what they become stays in the processor's cache. */
const PIECE_BYTES = 4096;
/** No byte takes more than four: `\xff`; and a piece ends within a character. */
const escaped = new Uint8Array(4 * (PIECE_BYTES + 4));

/** Whether it is all letters, digits and signs that are shown as they are. */
function isVisibleAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return false;
  }
  return true;
}

/**
 * Escapes bytes: well-formed UTF-8 (table 3-7 of the Unicode standard) as {@link escapeText}, every byte that is not as `\xff`. A single walk, since hostile bytes must not take longer
 * than others.
 */
export function escapeBytes(bytes: Uint8Array): string {
  if (isVisibleAscii(bytes)) return utf8.decode(bytes);
  let text = '';
  // How many marks the character before may still bear; 0: it is none that marks may stand on.
  let room = 0;
  for (let i = 0; i < bytes.length;) {
    const end = Math.min(bytes.length, i + PIECE_BYTES);
    let length = 0;
    while (i < end) {
      const first = bytes[i] ?? 0;
      const size = first < 0x80 ? 1 : sizeAt(bytes, i, first);
      if (size === 0) {
        length = putHex(length, first);
        room = 0;
        i++;
        continue;
      }
      const code = size === 1 ? first : codeAt(bytes, i, size);
      if (isMade[code >>> 8] === 0) makeBlock(code >>> 8);
      const what = classes[code] ?? PLAIN;
      const isMark = what === MARK || what === HIDDEN_MARK;
      if (what >= HIDDEN_MARK || (isMark && room === 0)) length = putCode(length, code);
      else {
        escaped[length++] = first;
        for (let k = 1; k < size; k++) escaped[length++] = bytes[i + k] ?? 0;
      }
      room = isMark ? Math.max(0, room - 1) : what === BASE ? MOST_MARKS : 0;
      i += size;
    }
    text += utf8.decode(escaped.subarray(0, length));
  }
  return text;
}

/** Bytes of the well-formed sequence at a place, whose first is none of ASCII; 0: there is none. */
function sizeAt(bytes: Uint8Array, at: number, first: number): number {
  if (first < 0xc2 || first > 0xf4) return 0;
  const second = bytes[at + 1] ?? 0;
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  if (first < 0xe0) return 2;
  if (((bytes[at + 2] ?? 0) & 0xc0) !== 0x80) return 0;
  if (first < 0xf0) return 3;
  return ((bytes[at + 3] ?? 0) & 0xc0) === 0x80 ? 4 : 0;
}

function codeAt(bytes: Uint8Array, at: number, size: number): number {
  const first = bytes[at] ?? 0;
  const second = (bytes[at + 1] ?? 0) & 0x3f;
  if (size === 2) return ((first & 0x1f) << 6) | second;
  const third = (bytes[at + 2] ?? 0) & 0x3f;
  if (size === 3) return ((first & 0xf) << 12) | (second << 6) | third;
  return ((first & 0x7) << 18) | (second << 12) | (third << 6) | ((bytes[at + 3] ?? 0) & 0x3f);
}

/** These write to `escaped`, and give where they ended. */
function putHex(length: number, byte: number): number {
  escaped[length] = BACKSLASH;
  escaped[length + 1] = LOWER_X;
  escaped[length + 2] = HEX[byte >>> 4] ?? 0;
  escaped[length + 3] = HEX[byte & 0xf] ?? 0;
  return length + 4;
}

function putCode(length: number, code: number): number {
  if (code < 0x80) {
    const letter = code === BACKSLASH ? BACKSLASH : code === NEWLINE ? LOWER_N : code === TAB ? LOWER_T : 0;
    if (letter === 0) return putHex(length, code);
    escaped[length] = BACKSLASH;
    escaped[length + 1] = letter;
    return length + 2;
  }
  escaped[length++] = BACKSLASH;
  escaped[length++] = LOWER_U;
  escaped[length++] = BRACE;
  for (let shift = 20; shift >= 0; shift -= 4) if (code >>> shift > 0) escaped[length++] = HEX[(code >>> shift) & 0xf] ?? 0;
  escaped[length++] = END_BRACE;
  return length;
}

/** `\012`, as the kernel writes a newline in a name. */
const KERNEL_NEWLINE = [0x5c, 0x30, 0x31, 0x32] as const;

/**
 * Escapes a name as /proc/PID/maps gives it. There the kernel itself writes a newline as `\012` and escapes nothing else, not even the backslash:
 * so `\012` is shown as `\n` (a name that holds these four characters cannot be told apart: the kernel does not).
 */
export function escapeMapsName(bytes: Uint8Array): string {
  return escapeBytes(bytes.includes(BACKSLASH) ? withNewlines(bytes) : bytes);
}

function withNewlines(bytes: Uint8Array): Uint8Array {
  const name = new Uint8Array(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const isNewline = KERNEL_NEWLINE.every((byte, k) => bytes[i + k] === byte);
    name[length++] = isNewline ? NEWLINE : (bytes[i] ?? 0);
    if (isNewline) i += KERNEL_NEWLINE.length - 1;
  }
  return name.subarray(0, length);
}
