import { type KernelRanges, permsIn as permsInBytes } from '@procmap/shared/kernel-ranges.ts';
import { type Span, bytesOf } from './span.ts';

/** PERM_* bits of all pages that are mapped in a span, together. */
export function permsInSpan(ranges: KernelRanges, { start, end }: Span): number {
  return permsInBytes(ranges, bytesOf(start), bytesOf(end));
}
