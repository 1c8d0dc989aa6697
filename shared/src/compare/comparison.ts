import { isMappingKind } from '../kind.ts';
import { escapeMapsName } from '../text/escape.ts';
import { nameBytes } from '../text/names.ts';
import { mappedByUse } from '../use/mapped-by-use.ts';
import { Use, useName, type UseWord } from '../use/use-list.ts';
import { CHANGES, type Change, type ChangedRange, compareByAddress, compareByContent, type Side } from './compare.ts';

/** Pages that both maps have of something. */
export interface Sum {
  readonly name: string;
  /** The machine word of a use; null: not told, or it is a file. */
  readonly use: UseWord | null;
  readonly first: number;
  readonly second: number;
}

/** What differs between two maps. */
export interface Comparison {
  readonly isSame: boolean;
  readonly by: 'address' | 'content';
  readonly ranges: readonly ChangedRange[];
  /** Number of ranges and of pages of each change. */
  readonly counts: Readonly<Record<Change, { readonly ranges: number; readonly pages: number }>>;
  /** What changed in size, the largest first. */
  readonly uses: readonly Sum[];
  readonly files: readonly Sum[];
  readonly mapped: Sum;
}

/** `by`: two moments of one process by address, two processes by what lies there. */
export function compare(a: Side, b: Side, by: 'address' | 'content'): Comparison {
  const ranges = by === 'address' ? compareByAddress(a.table, b.table) : compareByContent(a, b);
  const counts = Object.fromEntries(CHANGES.map((change) => [change, { ranges: 0, pages: 0 }])) as Record<Change, { ranges: number; pages: number }>;
  for (const { start, end, change } of ranges) {
    counts[change].ranges++;
    counts[change].pages += end - start;
  }
  const [usesA, usesB] = [a, b].map((side) => mappedByUse(side.uses, side.layout)) as [UseSums, UseSums];
  const uses = sums(usesA, usesB, (use) => ({ name: use === null ? 'memory of unknown use' : useName(Use[use], 2), use }));
  const files = sums(fileSums(a), fileSums(b), (name) => ({ name, use: null }));
  const total = (of: UseSums): number => [...of.values()].reduce((sum, pages) => sum + pages, 0);
  return {
    isSame: ranges.every(({ change }) => change === 'same'),
    by,
    ranges,
    counts,
    uses: uses.filter(isChanged),
    files: files.filter(isChanged),
    mapped: { name: 'mapped', use: null, first: total(usesA), second: total(usesB) },
  };
}

type UseSums = ReturnType<typeof mappedByUse>;

/** Pages of each name, escaped. */
function fileSums({ table, layout }: Side): ReadonlyMap<string, number> {
  const byName = new Map<number, number>();
  for (let row = 0; row < table.length && (table.start[row] ?? 0) < layout.taskEnd; row++) {
    const name = table.name[row] ?? 0;
    if (name !== 0 && isMappingKind(table.kind[row] ?? 0)) byName.set(name, (byName.get(name) ?? 0) + (table.end[row] ?? 0) - (table.start[row] ?? 0));
  }
  return new Map([...byName].map(([name, pages]) => [escapeMapsName(nameBytes(table.names, name)), pages]));
}

function isChanged({ first, second }: Sum): boolean {
  return first !== second;
}

/** By how much changed, descending. */
function sums<K>(a: ReadonlyMap<K, number>, b: ReadonlyMap<K, number>, describe: (key: K) => Pick<Sum, 'name' | 'use'>): Sum[] {
  const keys = [...new Set([...a.keys(), ...b.keys()])];
  return keys
    .map((key) => ({ ...describe(key), first: a.get(key) ?? 0, second: b.get(key) ?? 0 }))
    .toSorted((x, y) => Math.abs(y.second - y.first) - Math.abs(x.second - x.first));
}
