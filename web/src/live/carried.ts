/**
 * The preferences of a person are stored per origin, which changes at each start of procmap. So links carry them along,
 * as one field of the fragment:
 *
 *     #pid=4711&set=theme:dark,rate:2
 *
 * Anybody may have written a link: only these preferences are taken, never in place of one chosen here, and only with
 * known words (recall()). None of them reveals anything that a redacted picture hides.
 */
const CARRIED = ['colouring', 'patterns', 'theme', 'rate', 'table', 'table-share', 'table-groups', 'table-gaps', 'auto-figures'] as const;
export type Carried = (typeof CARRIED)[number];

export const FIELD = 'set';
const MAX_CHARACTERS = 256;
const WORD = /^[a-z0-9.-]{1,20}$/;

/** The text of the field; '' if nothing was chosen. */
export function encodeCarried(chosen: (key: Carried) => string | null): string {
  return CARRIED.flatMap((key) => {
    const word = chosen(key);
    return word !== null && WORD.test(word) ? [`${key}:${word}`] : [];
  }).join(',');
}

/** The valid preferences of a fragment without its #; the first value of each counts. */
export function decodeCarried(fragment: string): ReadonlyMap<Carried, string> {
  const text = new URLSearchParams(fragment).get(FIELD) ?? '';
  const words = new Map<Carried, string>();
  for (const pair of text.length > MAX_CHARACTERS ? [] : text.split(',')) {
    const [name = '', word = '', ...more] = pair.split(':');
    const key = CARRIED.find((each) => each === name);
    if (key !== undefined && more.length === 0 && WORD.test(word) && !words.has(key)) words.set(key, word);
  }
  return words;
}
