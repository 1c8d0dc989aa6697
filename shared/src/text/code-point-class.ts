/** Class of a code point for escapeBytes(); see HIDDEN in escape-text.ts. 0: not looked up yet. */
const PLAIN = 1;
/** A letter or digit: combining marks may follow it. */
export const BASE = 2;
export const MARK = 3;
/** A mark that is invisible by itself. */
export const HIDDEN_MARK = 4;
const HIDDEN_OTHER = 5;

const IS_BASE = /[\p{L}\p{N}]/u;
const IS_MARK = /\p{M}/u;
const IS_HIDDEN = /[\\\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const BLOCK = 256;
/** The classes of all code points, filled block by block on first use: filling all takes a fifth of a second. */
export const classes = new Uint8Array(0x110000);

/** Returns the class of a code point after filling its block. Call it only for a code point without a class. */
export function makeBlock(wanted: number): number {
  const first = wanted - (wanted % BLOCK);
  for (let code = first; code < first + BLOCK; code++) classes[code] = classOf(String.fromCodePoint(code));
  return classes[wanted] ?? PLAIN;
}

function classOf(character: string): number {
  const isHidden = IS_HIDDEN.test(character);
  if (IS_MARK.test(character)) return isHidden ? HIDDEN_MARK : MARK;
  return isHidden ? HIDDEN_OTHER : IS_BASE.test(character) ? BASE : PLAIN;
}
