import { exactBound, type Intervals, isFilled, permsAt } from '@procmap/shared/intervals.ts';
import { shownDigits } from '@procmap/shared/layout.ts';
import type { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import { type FigureColumn, HUGETLB, type MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { type Bytes, formatAddress, formatByteAddress, subtractBytes } from '@procmap/shared/page.ts';
import { permsText, typeText } from '@procmap/shared/perms.ts';
import { deviceText, inodeText } from '@procmap/shared/region.ts';
import { formatSize } from '@procmap/shared/units.ts';
import { kindLabel } from '@procmap/shared/words.ts';
import { titleOf } from '../regions/naming.ts';
import { toldText } from '../regions/told-text.ts';

export type ColumnKey = 'start' | 'end' | 'size' | 'perms' | 'type' | 'kind' | 'name' | 'offset' | 'inode' | 'device' | FigureKey;
export const FIGURE_KEYS = ['rss', 'hugetlb', 'pss', 'swap'] as const;
export type FigureKey = (typeof FIGURE_KEYS)[number];

/** What of smaps each of them adds up. */
export const FIGURE_PARTS: Readonly<Record<FigureKey, readonly FigureColumn[]>> = { rss: ['rss'], hugetlb: HUGETLB, pss: ['pss'], swap: ['swap'] };

export interface TableColumn {
  readonly key: ColumnKey;
  readonly text: string;
  /** For whom the short word says too little. */
  readonly hint: string;
  /** CSS px that its cells need; of the name the least. */
  readonly widthPx: number;
  readonly right: boolean;
  readonly mono: boolean;
}

function column(key: ColumnKey, text: string, hint: string, widthPx: number, right = false, mono = false): TableColumn {
  return { key, text, hint, widthPx, right, mono };
}

/** In the order in which they stand. */
const COLUMNS: readonly TableColumn[] = [
  column('start', 'Start', 'first address', 130, false, true),
  column('end', 'End', 'one past the last address', 140, false, true),
  column('size', 'Size', 'size', 68, true),
  column('perms', 'Perms', 'permissions', 50, false, true),
  column('type', 'Type', 'private or shared', 44, false, true),
  column('kind', 'Kind', 'kind', 120),
  column('name', 'Name', 'name', 120),
  column('offset', 'Offset', 'offset in the file', 92, true, true),
  column('inode', 'Inode', 'inode of the file', 84, true),
  column('device', 'Device', 'device of the file, major:minor', 58, true, true),
  column('rss', 'RSS', 'in memory, without pages of hugetlbfs', 68, true),
  column('hugetlb', 'hugetlb', 'pages of hugetlbfs in memory', 68, true),
  column('pss', 'PSS', 'in memory, its share of what is shared, without pages of hugetlbfs', 68, true),
  column('swap', 'Swap', 'swapped out', 68, true),
];

/** What is left out last where there is little room. */
const PRIORITY: readonly ColumnKey[] = ['name', 'size', 'perms', 'start', 'kind', 'rss', 'hugetlb', 'end', 'pss', 'type', 'offset', 'swap', 'inode', 'device'];
/** More than the least that a name should have. */
const COMFORT_PX = 90;
/** Between two columns, and at both ends. */
export const COLUMN_GAP_PX = 12;

export function isFigure(key: ColumnKey): key is FigureKey {
  return (FIGURE_KEYS as readonly ColumnKey[]).includes(key);
}

/** The figures that the table has columns for: none where nobody has read them, and those of hugetlbfs only of a process that has such pages. */
export function figureKeysOf(figures: MappingFigures | null): readonly FigureKey[] {
  if (figures === null) return [];
  const hasHugetlb = HUGETLB.some((column) => figures[column].some((kb) => kb > 0));
  return hasHugetlb ? FIGURE_KEYS : FIGURE_KEYS.filter((key) => key !== 'hugetlb');
}

/** All columns that there are, of figures those of these keys. */
export function columnsOf(figureKeys: readonly FigureKey[]): readonly TableColumn[] {
  return COLUMNS.filter(({ key }) => !isFigure(key) || figureKeys.includes(key));
}

/** The columns that fit into a width, the important ones first; three at least. */
export function visibleColumns(widthPx: number, figureKeys: readonly FigureKey[]): readonly TableColumn[] {
  const all = columnsOf(figureKeys);
  const kept = new Set<ColumnKey>();
  let left = widthPx - COLUMN_GAP_PX;
  for (const key of PRIORITY) {
    const found = all.find((each) => each.key === key);
    if (found === undefined) continue;
    left -= found.widthPx + COLUMN_GAP_PX;
    // What is rarely read comes only where names have room already.
    if (left < (PRIORITY.indexOf(key) > PRIORITY.indexOf('end') ? COMFORT_PX : 0) && kept.size >= 3) break;
    kept.add(key);
  }
  return all.filter(({ key }) => kept.has(key));
}

function sizeAt(intervals: Intervals, index: number): Bytes {
  return subtractBytes(exactBound(intervals, index + 1), exactBound(intervals, index));
}

/** A cell as text; '' for what there is not. */
export function cellText(intervals: Intervals, index: number, key: ColumnKey, figures: JoinedFigures | null = null): string {
  const { table, row, layout, kind } = intervals;
  const at = row[index] ?? -1;
  switch (key) {
    case 'start':
    case 'end': {
      const bound = exactBound(intervals, key === 'start' ? index : index + 1);
      return formatByteAddress(bound, shownDigits(layout, bound.page));
    }
    case 'size':
      return formatSize(sizeAt(intervals, index));
    case 'perms': {
      const perms = permsAt(intervals, index);
      return perms === null ? '' : permsText(perms);
    }
    case 'type':
      return at < 0 ? '' : typeText(table.perms[at] ?? 0);
    case 'kind':
      return kindLabel(kind[index] ?? 0);
    case 'name':
      return hasName(intervals, index) ? titleOf(intervals, index) : '';
    case 'offset':
      return at < 0 || !hasFile(intervals, at) ? '' : formatAddress(table.offset[at] ?? 0, 1);
    case 'inode':
      return at < 0 || !hasFile(intervals, at) ? '' : inodeText(table, at);
    case 'device':
      return at < 0 || !hasFile(intervals, at) ? '' : deviceText(table, at);
    case 'rss':
    case 'hugetlb':
    case 'pss':
    case 'swap': {
      if (figures === null) return '';
      const kb = figures.kb(index, FIGURE_PARTS[key]);
      return toldText(kb, figures.toldOf(index, kb));
    }
  }
}

/** False for what is told by its kind alone: anonymous memory, and what is not mapped. */
export function hasName(intervals: Intervals, index: number): boolean {
  const { row, part, table, kernel } = intervals;
  const at = row[index] ?? -1;
  if (at >= 0) return (table.name[at] ?? 0) !== 0;
  return (kernel.region[part[index] ?? -1] ?? -1) >= 0 && isFilled(intervals, index);
}

function hasFile({ table }: Intervals, at: number): boolean {
  return (table.inodeLow[at] ?? 0) !== 0 || (table.inodeHigh[at] ?? 0) !== 0;
}
