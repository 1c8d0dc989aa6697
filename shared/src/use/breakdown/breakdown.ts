import { Kind } from '../../kind.ts';
import { isOfAnother } from '../../figures/joined-figures.ts';
import type { MappingFigures } from '../../figures/mapping-figures.ts';
import { permsOfFlags } from '../../figures/vm-flags.ts';
import { isNoAccess } from '../../perms.ts';
import type { MappingTable } from '../../region.ts';
import { NO_USE, useWord, type UseWord } from '../use-list.ts';
import type { Uses } from '../uses.ts';
import { addRow, AMOUNTS, type Amounts, totalOf } from './amounts.ts';

/** A use, or a part of one: a file, an arena, a thread. */
export interface BreakdownRow extends Amounts {
  /** null: not told. */
  readonly use: UseWord | null;
  /** '' for a use as a whole. */
  readonly of: string;
  /** Mappings with access; all, if none has. */
  readonly count: number;
  /** By what they are of; empty if that is not told, or the same for all. */
  readonly rows: readonly BreakdownRow[];
}

/** Where the memory of a process goes. All rows add up to the total, as all their parts do to them. */
export interface Breakdown {
  readonly total: Amounts;
  /** By what is in memory, then by size; descending. */
  readonly rows: readonly BreakdownRow[];
}

/** Parts that are listed of each use; the others are one row together. */
const MAX_PARTS = 200;
const REST = 'others';

/**
 * Sums of one read of smaps, without [vsyscall], which belongs to no process. The map is of another moment: a row that
 * is in it, or whose border has moved since, is told by it, and others are not told. O(rows).
 */
export function breakdown(uses: Uses, figures: MappingFigures): Breakdown {
  const { table } = uses;
  const sums = new Map<UseWord | null, Map<string, Sum>>();
  let row = 0;
  for (let at = 0; at < figures.length; at++) {
    while (row < table.length && (table.end[row] ?? 0) <= (figures.start[at] ?? 0)) row++;
    const perms = permsOfFlags(figures.flagSets[figures.flagSet[at] ?? 0] ?? '');
    const told = rowLike(table, row, figures, at, perms);
    if (told >= 0 && table.kind[told] === Kind.vsyscall) continue;
    const use = told >= 0 ? useWord(uses.use[told] ?? NO_USE) : null;
    const of = told >= 0 ? uses.of(told) : '';
    const ofUse = sums.get(use) ?? new Map<string, Sum>();
    sums.set(use, ofUse);
    const sum = ofUse.get(of) ?? { amounts: new Float64Array(AMOUNTS.length), open: 0, closed: 0 };
    ofUse.set(of, sum);
    const isClosed = isNoAccess(perms ?? table.perms[told] ?? 0);
    addRow(sum.amounts, figures, at, isClosed);
    sum[isClosed ? 'closed' : 'open']++;
  }
  const rows = [...sums].map(([use, parts]) => useRow(use, parts)).sort(bySize);
  return { rows, total: totalOf([...sums.values()].flatMap((parts) => Array.from(parts.values(), ({ amounts }) => amounts))) };
}

/** From row `first` of a map on, the one that these pages are of at another moment: they begin or end where it does, and hold no other. */
function rowLike(table: MappingTable, first: number, figures: MappingFigures, at: number, perms: number | null): number {
  const [start, end] = [figures.start[at] ?? 0, figures.end[at] ?? 0];
  for (let row = first; row < Math.min(first + 2, table.length); row++) {
    const [from, to] = [table.start[row] ?? 0, table.end[row] ?? 0];
    if (from >= end) break;
    const holdsOther = [row - 1, row + 1].some((other) => (table.start[other] ?? -1) >= start && (table.end[other] ?? Infinity) <= end);
    const isLike = (from === start || to === end || (from < start && to > end)) && !holdsOther;
    if (isLike && (perms ?? table.perms[row]) === table.perms[row] && !isOfAnother(table, row, figures, at)) return row;
  }
  return -1;
}

interface Sum {
  readonly amounts: Float64Array;
  /** Mappings with and without access. */
  open: number;
  closed: number;
}

function useRow(use: UseWord | null, sums: ReadonlyMap<string, Sum>): BreakdownRow {
  const parts = [...sums].map(([of, sum]) => rowOf(use, of, [sum])).sort(bySize);
  const listed = parts.slice(0, MAX_PARTS);
  const others = parts
    .slice(MAX_PARTS)
    .map(({ of }) => sums.get(of))
    .filter((sum) => sum !== undefined);
  if (others.length > 0) listed.push(rowOf(use, REST, others));
  return { ...rowOf(use, '', [...sums.values()]), rows: parts.length === 1 && parts[0]?.of === '' ? [] : listed };
}

function rowOf(use: UseWord | null, of: string, sums: readonly Sum[]): BreakdownRow {
  const open = sums.reduce((count, sum) => count + sum.open, 0);
  const closed = sums.reduce((count, sum) => count + sum.closed, 0);
  return { use, of, count: open === 0 ? closed : open, ...totalOf(sums.map(({ amounts }) => amounts)), rows: [] };
}

function bySize(a: BreakdownRow, b: BreakdownRow): number {
  return b.resident - a.resident || b.virtual - a.virtual || (a.of < b.of ? -1 : 1);
}
