import type { Intervals } from '../intervals.ts';
import { writeExecRanges } from '../kernel-ranges.ts';
import { isMappingKind, Kind, KINDS } from '../kind.ts';
import { type MostMapped, mostMapped } from './most-mapped.ts';
import { isNoAccess, isWriteExec } from '../perms.ts';
import { viewsOf } from '../views.ts';

interface KindTotal {
  readonly kind: number;
  readonly count: number;
  readonly pages: number;
}

/** Memory that is mapped more than once (see Views). */
interface ViewsTotal {
  /** Number of mappings that are views, and of memories behind them. */
  readonly mappings: number;
  readonly memories: number;
  /** Pages that views map beyond those memories: the most that sums of RSS and swap can count twice. */
  readonly againPages: number;
  /** Views that are writable while another view of the same memory is executable, and those others. */
  readonly writeExec: number;
}

/** Totals of a map for the legend and the status line, from one pass. Sizes in pages. */
export interface Summary {
  readonly mappings: number;
  /** All that this process may use: [0, TASK_SIZE). */
  readonly userPages: number;
  readonly mappedPages: number;
  readonly sparseRegions: number;
  readonly sparsePages: number;
  readonly largestGapPages: number;
  readonly writeExec: number;
  readonly writeExecPages: number;
  readonly noAccess: number;
  /** Part of mappedPages. */
  readonly noAccessPages: number;
  readonly views: ViewsTotal;
  /** Something is mapped at address 0. */
  readonly pageZero: boolean;
  /** null: no mapping. */
  readonly most: MostMapped | null;
  /** Pages of the kernel half that are writable and executable, by its page tables. null: they were not walked. */
  readonly kernelWriteExecPages: number | null;
  /**
   * Kinds that occur, in the order of KINDS. Empty space in the kernel half is not counted: sparse regions are those of
   * the user half.
   */
  readonly kinds: readonly KindTotal[];
}

export function summarise(intervals: Intervals): Summary {
  const counts = new Float64Array(KINDS.length);
  const pages = new Float64Array(KINDS.length);
  let mappedPages = 0;
  let largestGapPages = 0;
  let [writeExec, writeExecPages, noAccess, noAccessPages] = [0, 0, 0, 0];
  for (let i = 0; i < intervals.length; i++) {
    const kind = intervals.kind[i] ?? 0;
    const start = intervals.bounds[i] ?? 0;
    if (kind === Kind.gap && start >= intervals.layout.kernelStart) continue;
    const size = (intervals.bounds[i + 1] ?? 0) - start;
    counts[kind] = (counts[kind] ?? 0) + 1;
    pages[kind] = (pages[kind] ?? 0) + size;
    if (kind === Kind.gap) largestGapPages = Math.max(largestGapPages, size);
    const row = intervals.row[i] ?? -1;
    if (row < 0) continue;
    // vsyscall is a mapping, but lies in the kernel half, outside the user half.
    const isOfProcess = isMappingKind(kind) && start < intervals.layout.taskEnd;
    if (isOfProcess) mappedPages += size;
    const perms = intervals.table.perms[row] ?? 0;
    if (isWriteExec(perms)) {
      writeExec++;
      writeExecPages += size;
    } else if (isNoAccess(perms)) {
      noAccess++;
      if (isOfProcess) noAccessPages += size;
    }
  }
  const { table } = intervals;
  const views = viewsOf(table);
  return {
    mappings: table.length,
    userPages: intervals.layout.taskEnd,
    mappedPages,
    sparseRegions: counts[Kind.gap] ?? 0,
    sparsePages: pages[Kind.gap] ?? 0,
    largestGapPages,
    writeExec,
    writeExecPages,
    noAccess,
    noAccessPages,
    views: { mappings: views.rows.length, memories: views.starts.length - 1, againPages: views.againPages, writeExec: views.writeExec },
    pageZero: table.start[0] === 0,
    most: mostMapped(table),
    kernelWriteExecPages: writeExecRanges(intervals.kernel.half.ranges)?.reduce((sum, { start, end }) => sum + end - start, 0) ?? null,
    kinds: KINDS.map((_, kind) => ({ kind, count: counts[kind] ?? 0, pages: pages[kind] ?? 0 })).filter((total) => total.count > 0),
  };
}
