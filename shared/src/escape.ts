/**
 * Text that a process or the kernel wrote, made visible: nothing that controls a terminal, reorders a line, hides
 * or breaks it survives. Controls and format characters, bidi marks, lone surrogates, private and unassigned code points become
 * `\x1b` or `\u{202e}`; a backslash doubles, so that the result is unambiguous.
 */
const VISIBLE_ASCII = /^[\x20-\x5b\x5d-\x7e]*$/;
// \p{C} control, format, surrogate, private, unassigned; \p{Zl} \p{Zp} line and paragraph separators; \p{Zs} any space but U+0020;
// \p{Default_Ignorable_Code_Point}: what fonts draw as nothing at all.
const HIDDEN = /[\\\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

function escapeCharacter(character: string): string {
  if (character === '\\') return '\\\\';
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** Escapes a string; see above. */
export function escapeText(text: string): string {
  return VISIBLE_ASCII.test(text) ? text : text.replace(HIDDEN, escapeCharacter);
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

/** Takes the longest well-formed sequence at each place, else one byte. */
function escapeIllFormed(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  while (i < bytes.length) {
    const first = bytes[i] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      text += escapeText(strict.decode(bytes.subarray(i, i + length)));
      i += length;
    } catch {
      text += `\\x${first.toString(16).padStart(2, '0')}`;
      i++;
    }
  }
  return text;
}

/**
 * Escapes a name as /proc/PID/maps gives it. There the kernel itself writes a newline as `\012` and escapes nothing else, not even the backslash:
 * so `\012` is shown as `\n` (a name that holds these four characters cannot be told apart: the kernel does not).
 */
export function escapeMapsName(bytes: Uint8Array): string {
  return escapeBytes(bytes).replaceAll('\\\\012', '\\n');
}
