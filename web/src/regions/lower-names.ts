import { nameCount, type Names } from '@procmap/shared/text/names.ts';
import { shownName } from '@procmap/shared/text/shown-name.ts';

const made = new WeakMap<Names, readonly string[]>();

/** Every name as shown, in lower case. Cached per table of names, however often a query is typed. */
export function lowerNames(names: Names): readonly string[] {
  let lower = made.get(names);
  if (lower === undefined) made.set(names, (lower = Array.from({ length: nameCount(names) }, (_, i) => shownName(names, i).toLowerCase())));
  return lower;
}
