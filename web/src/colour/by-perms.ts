import { type Intervals, permsAt } from '@procmap/shared/intervals.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE, permsText } from '@procmap/shared/perms.ts';
import { permsWords } from '@procmap/shared/words.ts';
import { type Classes, classesOf, type ColourClass, UNMAPPED, unmappedClass } from './classes.ts';
import { permsToken } from './tokens.ts';

const FIRST = UNMAPPED.length;
const ACCESS = PERM_READ | PERM_WRITE | PERM_EXEC;
const NOT_KNOWN = FIRST + 16;

/** Private classes, then shared ones: same colours, other patterns. */
function permsClass(index: number): ColourClass {
  const perms = index & ACCESS;
  const isShared = index > ACCESS;
  const text = permsText(perms);
  return {
    id: `perms-${text}${isShared ? 's' : 'p'}`,
    label: `${text} ${isShared ? 'shared' : 'private'}`,
    sentence: `${permsWords(perms)}; ${isShared ? 'writes are visible to others' : 'private, copy on write'}`,
    token: permsToken(perms),
    pattern: isShared ? 1 : 0,
    term: `perm:${text}${isShared ? ' type:s' : ' type:p'}`,
  };
}

const UNKNOWN: ColourClass = {
  id: 'perms-unknown',
  label: 'Not known',
  sentence: 'The permissions of these kernel pages are not known.',
  token: 'class-unknown',
  pattern: 2,
  term: '',
};

const LIST = [...UNMAPPED, ...Array.from({ length: 16 }, (_, index) => permsClass(index)), UNKNOWN];

/** Colours mappings by permissions and sharing, and kernel pages by permissions. */
export function classesByPerms(intervals: Intervals): Classes {
  const { kind } = intervals;
  return classesOf('perms', intervals, LIST, (i) => {
    const unmapped = unmappedClass(kind[i] ?? 0);
    if (unmapped >= 0) return unmapped;
    const perms = permsAt(intervals, i);
    if (perms === null) return NOT_KNOWN;
    return FIRST + (perms & ACCESS) + ((perms & PERM_SHARED) !== 0 ? ACCESS + 1 : 0);
  });
}
