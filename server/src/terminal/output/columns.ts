import { WIDE_RANGES } from './wide.ts';

/**
 * Counts the terminal columns of a text (wcwidth(3)): two for East Asian wide characters and emoji, none for combining
 * characters. The text is escaped, so it contains no control or format characters. Uses no package: root may run it.
 */
const ASCII = /^[\x20-\x7e]*$/;
/**
 * Combining marks, and the vowels and finals of decomposed Hangul syllables (some systems write file names like that).
 */
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

/** Cuts the middle out of a text that is wider than `most` columns, since both ends of a path matter. */
export function cutMiddle(text: string, most: number): string {
  if (displayWidth(text) <= most) return text;
  const room = Math.max(0, most - 1);
  const end = takeColumns(Array.from(text).reverse(), Math.ceil(room / 2));
  const begin = takeColumns(Array.from(text), room - displayWidth(end.join('')));
  return begin.join('') + ELLIPSIS + end.reverse().join('');
}

/**
 * The first characters that fit into `most` columns. A combining mark only stays with its character if it comes after
 * it.
 */
function takeColumns(characters: string[], most: number): string[] {
  let columns = 0;
  const fits = characters.findIndex((character) => (columns += characterColumns(character)) > most);
  return fits < 0 ? characters : characters.slice(0, fits);
}
