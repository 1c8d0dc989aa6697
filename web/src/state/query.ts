import type { Intervals } from '@procmap/shared/intervals.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import { nameCount } from '@procmap/shared/names.ts';
import { type Address, parseAddress } from '@procmap/shared/page.ts';
import { isNoAccess, isWriteExec, PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '@procmap/shared/perms.ts';
import { shownName } from './details.ts';
import { kindLabel } from '@procmap/shared/words.ts';

/** What was typed in the search box, understood. */
export type Query =
  | { readonly type: 'none' }
  | { readonly type: 'address'; readonly start: Address; readonly end: Address | null }
  | { readonly type: 'perms'; readonly test: (perms: number) => boolean }
  | { readonly type: 'kind'; readonly kind: number }
  | { readonly type: 'text'; readonly text: string };

const BITS: Readonly<Record<string, number>> = { r: PERM_READ, w: PERM_WRITE, x: PERM_EXEC, s: PERM_SHARED };

/** The permissions that letters name, other characters passed over. */
function bitsOf(letters: string): number {
  let bits = 0;
  for (const letter of letters) bits |= BITS[letter] ?? 0;
  return bits;
}

/**
 * `0x7f…` or six bare hex digits and more: an address, or with a dash a range as maps prints it. `rwx`, `r-xp`, `---`: exactly these
 * permissions. `w+x`, `+x`, `r+w`: at least these. `kind:heap`: that kind. Anything else: part of a name.
 */
export function parseQuery(typed: string): Query {
  const text = typed.trim().toLowerCase();
  if (text === '') return { type: 'none' };
  const exact = /^([r-])([w-])([x-])([ps-])?$/.exec(text);
  if (exact !== null) {
    const shared = exact[4];
    const bits = bitsOf(text.slice(0, 3));
    const mask = PERM_READ | PERM_WRITE | PERM_EXEC;
    return {
      type: 'perms',
      test: (perms) => (perms & mask) === bits && (shared === undefined || shared === '-' || (shared === 's') === ((perms & PERM_SHARED) !== 0)),
    };
  }
  if (text === 'w+x' || text === 'wx' || text === 'x+w') return { type: 'perms', test: isWriteExec };
  if (text === 'no access') return { type: 'perms', test: isNoAccess };
  const least = /^\+?([rwxs](?:\+[rwxs])*)$/.exec(text);
  if (least !== null && text.includes('+')) {
    const bits = bitsOf(text);
    return { type: 'perms', test: (perms) => (perms & bits) === bits };
  }
  const kind = text.startsWith('kind:') ? (KINDS as readonly string[]).indexOf(text.slice(5)) : -1;
  if (kind >= 0) return { type: 'kind', kind };
  return parseRange(text) ?? { type: 'text', text };
}

function parseRange(text: string): Query | null {
  const range = /^(0x[0-9a-f_]+|[0-9a-f_]{6,})(?:\s*-\s*(0x[0-9a-f_]+|[0-9a-f_]{6,}))?$/.exec(text);
  const start = parseAddress(range?.[1] ?? '');
  // Six letters may well be a name (`facade`): bare hex needs a digit.
  if (start === null || !/[0-9]/.test(range?.[1] ?? '')) return null;
  return { type: 'address', start, end: range?.[2] === undefined ? null : parseAddress(range[2]) };
}

/** Indexes of the intervals that match, by descending address: the order in which the page shows them. */
export function findHits(query: Query, intervals: Intervals): Uint32Array {
  const test = matcher(query, intervals);
  const hits: number[] = [];
  if (test !== null) for (let i = intervals.length - 1; i >= 0; i--) if (test(i)) hits.push(i);
  return Uint32Array.from(hits);
}

function matcher(query: Query, { table, kind, row }: Intervals): ((index: number) => boolean) | null {
  if (query.type === 'kind') return (index) => kind[index] === query.kind;
  if (query.type === 'perms') return (index) => (row[index] ?? -1) >= 0 && query.test(table.perms[row[index] ?? 0] ?? 0);
  if (query.type !== 'text') return null;
  const { text } = query;
  // Each distinct name is looked at once, however many mappings bear it.
  const named = Uint8Array.from({ length: nameCount(table.names) }, (_, i) => (shownName(table.names, i).toLowerCase().includes(text) ? 1 : 0));
  // From the start of a word: `anon` is not to find the non-canonical hole.
  const kinds = KINDS.map((word, i) => word === text || ` ${kindLabel(i).toLowerCase()}`.includes(` ${text}`));
  return (index) => {
    const at = row[index] ?? -1;
    const name = at < 0 ? 0 : (table.name[at] ?? 0);
    return name === 0 ? (kinds[kind[index] ?? 0] ?? false) : named[name] === 1;
  };
}
