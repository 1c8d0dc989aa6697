import type { KernelRanges } from './kernel-ranges.ts';
import { END_PAGE_64 } from './page.ts';

/**
 * Ranges on the wire: some ten bytes of JSON each instead of forty, for slow ssh connections. Columns of one length.
 */
interface PackedRanges {
  /** Pages since the end of the previous range; for the first range, since 0. */
  readonly gaps: readonly number[];
  readonly pages: readonly number[];
  /** One digit per range, 0 to 7: PERM_* bits. */
  readonly perms: string;
  /** One base-36 digit per range: log2 of the page size. */
  readonly shift: string;
}

const SHIFT_BASE = 36;

export function packRanges({ start, end, perms, shift }: KernelRanges): PackedRanges {
  return {
    gaps: start.map((first, i) => first - (end[i - 1] ?? 0)),
    pages: start.map((first, i) => (end[i] ?? first) - first),
    perms: perms.join(''),
    shift: shift.map((bits) => bits.toString(SHIFT_BASE)).join(''),
  };
}

/** True when {@link unpackRanges} would yield ascending, disjoint ranges of whole pages. */
export function arePackedRanges({ gaps, pages, perms, shift }: PackedRanges): boolean {
  const total = [...gaps, ...pages].reduce((sum, count) => sum + count, 0);
  return (
    [pages, perms, shift].every(({ length }) => length === gaps.length) &&
    gaps.every((gap) => Number.isInteger(gap) && gap >= 0) &&
    pages.every((count) => Number.isInteger(count) && count > 0) &&
    total <= END_PAGE_64 &&
    /^[0-7]*$/.test(perms) &&
    /^[0-9a-z]*$/.test(shift)
  );
}

export function unpackRanges({ gaps, pages, perms, shift }: PackedRanges): KernelRanges {
  const start: number[] = [];
  const end: number[] = [];
  gaps.forEach((gap, i) => {
    start.push((end[i - 1] ?? 0) + gap);
    end.push((start[i] ?? 0) + (pages[i] ?? 0));
  });
  return { start, end, perms: Array.from(perms, Number), shift: Array.from(shift, (digit) => Number.parseInt(digit, SHIFT_BASE)) };
}
