/** A column that takes part in the choice. */
interface FittedColumn {
  /** CSS px needed by its cells; the minimum for one that grows. */
  readonly widthPx: number;
  /** Rank when room is scarce: the lowest is kept first. Ranks are distinct. */
  readonly keepAt: number;
}

/** Columns up to this rank appear as soon as they fit; the others only if names have enough room. */
export const ESSENTIAL = 80;

/** Comfortable extra width of a name beyond its minimum. */
const COMFORT_PX = 90;
/** Between two columns, and at both ends. */
const COLUMN_GAP_PX = 12;
const MIN_COLUMNS = 3;

/** The columns that fit into a width, in display order; at least three. */
export function visibleColumns<Column extends FittedColumn>(widthPx: number, all: readonly Column[]): readonly Column[] {
  const kept = new Set<Column>();
  let left = widthPx - COLUMN_GAP_PX;
  for (const column of all.toSorted((a, b) => a.keepAt - b.keepAt)) {
    left -= column.widthPx + COLUMN_GAP_PX;
    if (left < (column.keepAt > ESSENTIAL ? COMFORT_PX : 0) && kept.size >= MIN_COLUMNS) break;
    kept.add(column);
  }
  return all.filter((column) => kept.has(column));
}

/** For grid-template-columns. `grow`: a column's share of the room that is left, as in CSS (fr). */
export function gridColumns(columns: readonly { readonly widthPx: number; readonly grow?: number }[]): string {
  return columns.map(({ widthPx, grow }) => (grow === undefined ? `${widthPx}px` : `minmax(${widthPx}px, ${grow}fr)`)).join(' ');
}
