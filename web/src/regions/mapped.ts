import type { Intervals } from '@procmap/shared/intervals.ts';
import { isMappingKind } from '@procmap/shared/kind.ts';

/** True for the process's mappings in the user half, so not for [vsyscall]. */
export function isMapped({ row, bounds, kind, layout }: Intervals, index: number): boolean {
  return (row[index] ?? -1) >= 0 && isMappingKind(kind[index] ?? 0) && (bounds[index] ?? 0) < layout.taskEnd;
}
