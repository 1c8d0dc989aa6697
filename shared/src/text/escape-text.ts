/**
 * Escapes text written by a process or the kernel, so that nothing in it can control a terminal, reorder a line, hide
 * or break it. Control and format characters, bidi marks, lone surrogates, private and unassigned code points become
 * `\x1b` or `\u{202e}`; so does a combining mark without a letter before it, or the fifth on a letter. A backslash is
 * doubled, so that the result is unambiguous.
 */
const VISIBLE_ASCII = /^[\x20-\x5b\x5d-\x7e]*$/;
// \p{C} control, format, surrogate, private, unassigned; \p{Zl} \p{Zp} line and paragraph separators; \p{Zs} any space
// but U+0020; \p{Default_Ignorable_Code_Point} and U+2800 (blank Braille pattern): invisible in fonts. Marks (\p{M})
// without a letter would change the slash before a name or the frame around it, and a stack of them covers the
// neighbouring lines; no script puts more than four on one letter.
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

/** The same of text that should be escaped, but comes from a file that anybody may have written: nothing twice. */
export function escapeAgain(text: string): string {
  return text.split('\\').map(escapeText).join('\\');
}
