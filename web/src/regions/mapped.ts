import type { Intervals } from '@procmap/shared/intervals.ts';
import { isMappingKind } from '@procmap/shared/kind.ts';

/** True of the process's mappings in its own half: [vsyscall] is none of them. */
export function isMapped({ row, bounds, kind, layout }: Intervals, index: number): boolean {
  return (row[index] ?? -1) >= 0 && isMappingKind(kind[index] ?? 0) && (bounds[index] ?? 0) < layout.taskEnd;
}
