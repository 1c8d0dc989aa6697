import { isMappingKind } from '../kind.ts';
import type { Layout } from '../layout.ts';
import { NO_USE, useWord, type UseWord } from './use-list.ts';
import type { Uses } from './uses.ts';

/**
 * Mapped pages of each use; null: not told. A mapping with parts counts by its parts. All together are the mappedPages
 * of a summary. O(rows).
 */
export function mappedByUse(uses: Uses, { taskEnd }: Pick<Layout, 'taskEnd'>): ReadonlyMap<UseWord | null, number> {
  const pages = new Map<UseWord | null, number>();
  const add = (use: UseWord | null, count: number): void => void pages.set(use, (pages.get(use) ?? 0) + count);
  const { table } = uses;
  for (let row = 0; row < table.length; row++) {
    const [start, end] = [table.start[row] ?? 0, table.end[row] ?? 0];
    // What lies above, as vsyscall, belongs to no process.
    if (start >= taskEnd || !isMappingKind(table.kind[row] ?? 0)) continue;
    const parts = uses.parts(row);
    if (parts.length === 0) add(useWord(uses.use[row] ?? NO_USE), end - start);
    for (const part of parts) add(part.claim?.use ?? null, part.end - part.start);
  }
  return pages;
}
