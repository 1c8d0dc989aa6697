/** Up to so many characters a name is shown whole: some five lines in the inspector. */
const MOST = 120;
const HEAD = 40;
const TAIL = 56;

/**
 * A name that leaves room for everything else: of a very long one, as a path may be (4,095 bytes), its begin and its end, which tells one file from another.
 * Cuts between code points.
 */
export function shortName(name: string): string {
  if (name.length <= MOST) return name;
  const characters = Array.from(name);
  return characters.length <= MOST ? name : `${characters.slice(0, HEAD).join('')}…${characters.slice(-TAIL).join('')}`;
}
