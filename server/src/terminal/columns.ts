import { WIDE_RANGES } from './wide.ts';

/**
 * How many columns of a terminal a text takes (wcwidth(3)): two for East Asian wide characters and emoji, none for what combines with the one before. The text is
 * visibly escaped, so that no control or format character is in it.
 */
const ASCII = /^[\x20-\x7e]*$/;
/** Marks, and the vowels and finals of Hangul syllables that are written in pieces (as some systems write file names). */
const NO_WIDTH = /^[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7ff]$/u;

const ELLIPSIS = '…';

function characterColumns(character: string): number {
  return NO_WIDTH.test(character) ? 0 : isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
}

function isWide(code: number): boolean {
  let low = 0;
  let high = WIDE_RANGES.length / 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((WIDE_RANGES[2 * middle + 1] ?? 0) < code) low = middle + 1;
    else high = middle;
  }
  return (WIDE_RANGES[2 * low] ?? Infinity) <= code;
}

export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += characterColumns(character);
  return columns;
}

/** The text, with its middle left out where it is wider than `most` columns: of a path both ends say what it is. */
export function cutMiddle(text: string, most: number): string {
  if (displayWidth(text) <= most) return text;
  const room = Math.max(0, most - 1);
  const end = takeColumns(Array.from(text).reverse(), Math.ceil(room / 2));
  const begin = takeColumns(Array.from(text), room - displayWidth(end.join('')));
  return begin.join('') + ELLIPSIS + end.reverse().join('');
}

/** The first characters that fit in `most` columns. A mark stays with its character only where it comes after it. */
function takeColumns(characters: string[], most: number): string[] {
  let columns = 0;
  const fits = characters.findIndex((character) => (columns += characterColumns(character)) > most);
  return fits < 0 ? characters : characters.slice(0, fits);
}
