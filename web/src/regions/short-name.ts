/** Longest name shown in full: about five lines in the inspector. */
const MOST = 120;
const HEAD = 40;
const TAIL = 56;

/**
 * A name shortened to leave room for other content: of a very long one (a path may have 4,095 bytes), the beginning and
 * the end, which distinguishes files. Cuts between code points.
 */
export function shortName(name: string): string {
  if (name.length <= MOST) return name;
  const characters = Array.from(name);
  return characters.length <= MOST ? name : `${characters.slice(0, HEAD).join('')}…${characters.slice(-TAIL).join('')}`;
}
