import { formatCount } from '../../units.ts';
import { useText } from '../use-text.ts';
import type { BreakdownRow } from './breakdown.ts';

/** `thread stacks ×300`; with a single part, its name too: `mapped file: modules`, `Java heap ×5`. */
export function rowTitle(row: BreakdownRow): string {
  const { use, count, rows } = row;
  const title = useText({ use, of: isInTitle(row) ? (rows[0]?.of ?? '') : '' }, count);
  return count === 1 ? title : `${title} ×${formatCount(count)}`;
}

/** The parts to list below a row: a single one is in its title. */
export function partsBelow(row: BreakdownRow): readonly BreakdownRow[] {
  return isInTitle(row) ? [] : row.rows;
}

/** Of arenas the parts are how much is committed, which several of them only happen to share. */
function isInTitle({ use, count, rows }: BreakdownRow): boolean {
  return rows.length === 1 && (use !== 'malloc_arena' || count === 1);
}
