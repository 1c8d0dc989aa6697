/** What a code point is to escapeBytes(); see HIDDEN in escape-text.ts. 0: not looked up yet. */
export const PLAIN = 1;
/** A letter or digit: marks may stand on it. */
export const BASE = 2;
export const MARK = 3;
/** Of no look. */
export const HIDDEN_MARK = 4;
export const HIDDEN_OTHER = 5;

const IS_BASE = /[\p{L}\p{N}]/u;
const IS_MARK = /\p{M}/u;
const IS_HIDDEN = /[\\\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;
const BLOCK = 256;
/** The classes of all code points, each block made when one of it comes: together they would take a fifth of a second. */
export const classes = new Uint8Array(0x110000);

/** Gives the class of that code point, and makes those of all around it. To be called where there is none yet. */
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
