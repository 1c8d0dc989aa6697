import { ESSENTIAL, type TableColumn } from './table-column.ts';

/** Comfortable extra width of a name beyond its minimum. */
const COMFORT_PX = 90;
/** Between two columns, and at both ends. */
const COLUMN_GAP_PX = 12;
const MIN_COLUMNS = 3;

/** The columns that fit into a width, in display order; at least three. */
export function visibleColumns<Column extends TableColumn>(widthPx: number, all: readonly Column[]): readonly Column[] {
  const kept = new Set<Column>();
  let left = widthPx - COLUMN_GAP_PX;
  for (const column of all.toSorted((a, b) => a.keepAt - b.keepAt)) {
    left -= column.widthPx + COLUMN_GAP_PX;
    if (left < (column.keepAt > ESSENTIAL ? COMFORT_PX : 0) && kept.size >= MIN_COLUMNS) break;
    kept.add(column);
  }
  return all.filter((column) => kept.has(column));
}
