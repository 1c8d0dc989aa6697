/**
 * What a person has chosen is kept for one origin, and that is another one at each start of procmap. So links take it along, as one field of the fragment:
 *
 *     #pid=4711&set=theme:dark,rate:2
 *
 * Anybody may have written it: only these preferences are taken, none in the place of one that was chosen here, and whoever uses one believes only the
 * words that it has (recall()). Nothing of what a picture to share leaves out is among them.
 */
const CARRIED = ['colouring', 'patterns', 'theme', 'rate', 'table', 'table-share', 'table-groups', 'table-gaps'] as const;
export type Carried = (typeof CARRIED)[number];

export const FIELD = 'set';
const MAX_CHARACTERS = 256;
const WORD = /^[a-z0-9.-]{1,20}$/;

/** The text of the field; '' when nothing was chosen. */
export function encodeCarried(chosen: (key: Carried) => string | null): string {
  return CARRIED.flatMap((key) => {
    const word = chosen(key);
    return word !== null && WORD.test(word) ? [`${key}:${word}`] : [];
  }).join(',');
}

/** Of a fragment without its #, what is right of it; of a preference that comes twice the first. */
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
