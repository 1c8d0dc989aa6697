import { type KernelRanges, permsIn as permsInBytes } from '@procmap/shared/kernel-ranges.ts';
import { type Span, bytesOf } from './span.ts';

/** Union of the PERM_* bits of all mapped pages in a span. */
export function permsInSpan(ranges: KernelRanges, { start, end }: Span): number {
  return permsInBytes(ranges, bytesOf(start), bytesOf(end));
}
