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

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Escapes bytes: well-formed UTF-8 as {@link escapeText}, every byte that is not as `\xff`. */
export function escapeBytes(bytes: Uint8Array): string {
  try {
    return escapeText(strict.decode(bytes));
  } catch {
    return escapeIllFormed(bytes);
  }
}

/** Takes the longest well-formed sequence at each place, else one byte; what is well-formed is escaped as a whole, since marks stand on what comes before them. */
function escapeIllFormed(bytes: Uint8Array): string {
  let text = '';
  let wellFormed = '';
  let i = 0;
  while (i < bytes.length) {
    const first = bytes[i] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      wellFormed += strict.decode(bytes.subarray(i, i + length));
      i += length;
    } catch {
      text += `${escapeText(wellFormed)}\\x${first.toString(16).padStart(2, '0')}`;
      wellFormed = '';
      i++;
    }
  }
  return text + escapeText(wellFormed);
}

/** `\012`, as the kernel writes a newline in a name. */
const KERNEL_NEWLINE = [0x5c, 0x30, 0x31, 0x32] as const;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;

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
