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
