import { type Intervals, isFilled } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { isNoAccess } from '@procmap/shared/perms.ts';
import { NO_USE, Use, USES, type UseWord } from '@procmap/shared/use/use-list.ts';
import type { UsePart, Uses } from '@procmap/shared/use/uses.ts';
import type { Clusters } from './clusters.ts';
import type { Hierarchy } from './hierarchy.ts';
import type { Runs } from './runs.ts';
import type { Shelves } from './shelves.ts';

/** What the mappings of a hierarchy are for, run by run. */
export interface RunUses {
  readonly uses: Uses;
  /** Index in USES of what each run is for; NO_USE: its name tells, or nobody knows. */
  readonly use: Uint8Array;
  /** Stacks, arenas, heaps: things in the run, without their guards and reserves. Less than its mappings, or more. */
  readonly count: Uint32Array;
  /** Pages of each interval in memory; null: no figures were read. */
  readonly inMemory: Float64Array | null;
  /** Their running sums: intervals [i, j) have inMemorySums[j] - inMemorySums[i]. */
  readonly inMemorySums: Float64Array | null;
  /** Whose a mapping is stays untold: names of threads may tell about a person. */
  readonly hidesOwners: boolean;
}

/** Where the use of memory with a name says more than the name. */
const BEYOND_NAME: ReadonlySet<UseWord> = new Set<UseWord>([
  ...(['malloc_arena', 'allocator', 'gc_heap', 'jit_code', 'code_cache', 'class_space', 'cds_archive', 'wasm_memory'] as const),
  ...(['shadow', 'sanitizer_allocator', 'guest_ram', 'translation_buffer', 'shared_buffers', 'opcode_cache'] as const),
  // glibc and Android give each stack the number of its thread; the kernel's [stack] is known by that name.
  'thread_stack',
]);
const IS_BEYOND_NAME = Uint8Array.from({ length: 256 }, (_, use) => Number(BEYOND_NAME.has(USES[use] ?? 'named')));

/** The use of a row that its label tells; NO_USE: the label is its name. */
export function toldUse(uses: Uses, row: number): number {
  const use = uses.use[row] ?? NO_USE;
  const { name, kind } = uses.table;
  if (name[row] !== 0) return IS_BEYOND_NAME[use] === 1 && kind[row] !== Kind.stack ? use : NO_USE;
  return use === Use.mixed ? largestPart(uses.parts(row)).use : use;
}

/** How many things of that use are in it. */
export function toldCount(uses: Uses, row: number): number {
  const parts = uses.parts(row);
  return parts.length === 0 || uses.table.name[row] !== 0 ? 1 : largestPart(parts).count;
}

/** The use of most of a mapping with parts. */
function largestPart(parts: readonly UsePart[]): { readonly use: number; readonly count: number } {
  const found = new Map<number, { pages: number; count: number }>();
  let all = 0;
  for (const { start, end, claim } of parts) {
    const use = claim === null ? NO_USE : Use[claim.use];
    const { pages, count } = found.get(use) ?? { pages: 0, count: 0 };
    found.set(use, { pages: pages + end - start, count: count + 1 });
    all += end - start;
  }
  for (const [use, { pages, count }] of found) if (use !== NO_USE && pages > all / 2) return { use, count };
  return { use: Use.mixed, count: 1 };
}

/** With more mappings, single ones are told by their use, but runs are not cut: it would delay a frame. */
const MAX_CUT = 200_000;

/**
 * The same hierarchy with its runs ended where the use of memory changes, and joined where neighbours of one use have
 * different names: the pieces of a Java heap. Heights stay what they are: uses come later than maps and change with
 * them, but no page moves for that. O(intervals).
 */
export function withUses(hierarchy: Hierarchy, uses: Uses, inMemory: Float64Array | null, hidesOwners = false): Hierarchy {
  const { axis, runs, clusters, shelves } = hierarchy;
  const inMemorySums = inMemory === null ? null : sums(inMemory);
  if (axis.intervals.table.length > MAX_CUT) {
    const untold = { use: new Uint8Array(runs.length).fill(NO_USE), count: new Uint32Array(runs.length) };
    return { ...hierarchy, uses: { uses, ...untold, inMemory, inMemorySums, hidesOwners } };
  }
  const cut = new Cut(axis.intervals, uses);
  /** Index of the first new run of each old one. */
  const at = new Uint32Array(runs.length + 1);
  // A shelf stays whole runs. Clusters do, since no two of them touch in the user half.
  const bounds = new Set([...shelves.firstRun, ...shelves.endRun]);
  for (let r = 0; r < runs.length; r++) {
    cut.addRun(runs.first[r] ?? 0, runs.end[r] ?? 0, !bounds.has(r));
    at[r + 1] = cut.length;
  }
  const moved = (old: Uint32Array): Uint32Array => old.map((run) => at[run] ?? 0);
  return {
    ...hierarchy,
    runs: cut.runs(),
    clusters: { ...clusters, firstRun: moved(clusters.firstRun), endRun: moved(clusters.endRun) } satisfies Clusters,
    shelves: { ...shelves, firstRun: moved(shelves.firstRun), endRun: moved(shelves.endRun) } satisfies Shelves,
    uses: { uses, ...cut.told(), inMemory, inMemorySums, hidesOwners },
  };
}

/** Cuts runs where the use changes, and joins them where it does not. Allocated for the worst case once: there may be a million mappings. */
class Cut {
  #length = 0;
  readonly #intervals: Intervals;
  readonly #uses: Uses;
  readonly #first: Uint32Array;
  readonly #end: Uint32Array;
  readonly #mappings: Uint32Array;
  readonly #pages: Float64Array;
  readonly #use: Uint8Array;
  readonly #count: Uint32Array;

  constructor(intervals: Intervals, uses: Uses) {
    const most = intervals.table.length + intervals.kernel.length;
    this.#intervals = intervals;
    this.#uses = uses;
    this.#first = new Uint32Array(most);
    this.#end = new Uint32Array(most);
    this.#mappings = new Uint32Array(most);
    this.#pages = new Float64Array(most);
    this.#use = new Uint8Array(most);
    this.#count = new Uint32Array(most);
  }

  get length(): number {
    return this.#length;
  }

  /** `joins`: may continue the run right below, if that is of the same use. */
  addRun(first: number, end: number, joins: boolean): void {
    const { row, bounds } = this.#intervals;
    const last = this.#length - 1;
    const continues = joins && this.#end[last] === first && this.#use[last] !== NO_USE;
    let at = continues ? last : -1;
    for (let i = first; i < end; i++) {
      if (!isFilled(this.#intervals, i)) continue;
      const of = row[i] ?? -1;
      const use = of < 0 ? NO_USE : toldUse(this.#uses, of);
      const group = use === NO_USE ? use : this.#groupOf(use, of, i > first || continues ? i - 1 : -1, at);
      if (at < 0 || this.#use[at] !== group) {
        at = this.#length++;
        this.#first[at] = i;
        this.#use[at] = group;
      }
      this.#end[at] = i + 1;
      this.#mappings[at] = (this.#mappings[at] ?? 0) + 1;
      this.#pages[at] = (this.#pages[at] ?? 0) + (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
      if (use !== NO_USE && use === group && this.#counts(use, of)) this.#count[at] = (this.#count[at] ?? 0) + toldCount(this.#uses, of);
    }
  }

  runs(): Runs {
    const n = this.#length;
    return {
      length: n,
      first: this.#first.slice(0, n),
      end: this.#end.slice(0, n),
      mappings: this.#mappings.slice(0, n),
      mappedPages: this.#pages.slice(0, n),
    };
  }

  told(): Pick<RunUses, 'use' | 'count'> {
    return { use: this.#use.slice(0, this.#length), count: this.#count.slice(0, this.#length) };
  }

  /** A guard belongs to the stack above it; what has no access, to the memory right below. */
  #groupOf(use: number, row: number, below: number, at: number): number {
    if (use === Use.stack_guard) return Use.thread_stack;
    const isAlone = at < 0 || this.#intervals.row[below] !== row - 1;
    return isAlone || (use !== Use.guard && use !== Use.reserve) ? use : (this.#use[at] ?? use);
  }

  /** False for what is reserved behind an arena or a heap. */
  #counts(use: number, row: number): boolean {
    return use === Use.guard || use === Use.reserve || !isNoAccess(this.#uses.table.perms[row] ?? 0);
  }
}

function sums(of: Float64Array): Float64Array {
  const sums = new Float64Array(of.length + 1);
  for (let i = 0; i < of.length; i++) sums[i + 1] = (sums[i] ?? 0) + (of[i] ?? 0);
  return sums;
}
