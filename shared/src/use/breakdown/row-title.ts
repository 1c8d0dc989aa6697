import { formatCount } from '../../units.ts';
import { useText } from '../use-text.ts';
import type { BreakdownRow } from './breakdown.ts';

/** `thread stacks ×300`; with a single part, its name too: `mapped file: modules`, `Java heap ×5`. */
export function rowTitle({ use, count, rows }: BreakdownRow): string {
  const [only, ...others] = rows;
  const title = useText({ use, of: only === undefined || others.length > 0 ? '' : only.of }, count);
  return count === 1 ? title : `${title} ×${formatCount(count)}`;
}

/** The parts to list below a row: a single one is in its title. */
export function partsBelow({ rows }: BreakdownRow): readonly BreakdownRow[] {
  return rows.length === 1 ? [] : rows;
}
