import { isDeleted } from '../files/deleted.ts';
import { exactBound, type Intervals, isFilled, permsAt, spaceOf } from '../intervals.ts';
import type { KernelRegion } from '../kernel-half.ts';
import { enclosingRegion, regionOf, UNKNOWN_PERMS } from '../kernel-parts.ts';
import { kindName } from '../kind.ts';
import { type Bytes, formatAddress, subtractBytes } from '../page.ts';
import { typeText } from '../perms.ts';
import { deviceText, hasInode, inodeText } from '../region.ts';
import { shownName } from '../text/shown-name.ts';
import { kindLabel } from '../words.ts';

/**
 * Describes interval i, for all lists, labels and explanations. Only loops over all intervals, in each frame or for
 * each search, read the arrays directly.
 */
export class IntervalView {
  readonly intervals: Intervals;
  readonly index: number;
  /** Index in KINDS. */
  readonly kind: number;
  /** Row of the mapping; -1: not a mapping. */
  readonly row: number;
  readonly #part: number;
  /** Pages [startPage, endPage) as in the picture. */
  readonly startPage: number;
  readonly endPage: number;
  /** To the byte, as kernel regions begin and end anywhere. */
  readonly start: Bytes;
  /** Exclusive. */
  readonly end: Bytes;

  constructor(intervals: Intervals, index: number) {
    this.intervals = intervals;
    this.index = index;
    this.kind = intervals.kind[index] ?? 0;
    this.row = intervals.row[index] ?? -1;
    this.#part = intervals.part[index] ?? -1;
    this.startPage = intervals.bounds[index] ?? 0;
    this.endPage = intervals.bounds[index + 1] ?? 0;
    this.start = exactBound(intervals, index);
    this.end = exactBound(intervals, index + 1);
  }

  /** A mapping of the process; content of the kernel half; or empty, including space of unknown content. */
  get is(): 'mapping' | 'kernel' | 'empty' {
    if (this.row >= 0) return 'mapping';
    return isFilled(this.intervals, this.index) ? 'kernel' : 'empty';
  }

  get size(): Bytes {
    return subtractBytes(this.end, this.start);
  }

  get space(): 'user' | 'kernel' | 'none' {
    return spaceOf(this.intervals, this.index);
  }

  /** Innermost kernel region around it, which may be empty here; null: none. */
  get region(): KernelRegion | null {
    return regionOf(this.intervals.kernel, this.#part);
  }

  /** The region around that one. */
  get within(): KernelRegion | null {
    return enclosingRegion(this.intervals.kernel, this.#part);
  }

  /** Index of the range of the kernel's page tables, or -1. */
  get range(): number {
    return this.intervals.kernel.range[this.#part] ?? -1;
  }

  /** Machine word of its kind: kernel regions have their own. */
  get kindName(): string {
    return this.region?.kind ?? kindName(this.kind);
  }

  /** Escaped; '' without a name. */
  get name(): string {
    if (this.row < 0) return this.region?.name ?? '';
    const { table } = this.intervals;
    return shownName(table.names, table.name[this.row] ?? 0);
  }

  /** False for intervals that only have a kind: anonymous memory, and empty space. */
  get hasName(): boolean {
    return this.is !== 'empty' && this.name !== '';
  }

  /** The name, or the kind if it has none. */
  get title(): string {
    return this.hasName ? this.name : kindLabel(this.kind);
  }

  /** PERM_* bits, as in {@link permsAt}. */
  get perms(): number | null {
    return permsAt(this.intervals, this.index);
  }

  /** Permissions as in the CSV and the API: only for intervals with a region, and no access where that is empty. */
  get listedPerms(): number | null {
    if (this.row >= 0) return this.perms;
    const perms = this.region === null ? UNKNOWN_PERMS : (this.intervals.kernel.perms[this.#part] ?? UNKNOWN_PERMS);
    return perms === UNKNOWN_PERMS ? null : perms;
  }

  /** Private or shared; only for a mapping. */
  get type(): 'p' | 's' | null {
    return this.row < 0 ? null : typeText(this.intervals.table.perms[this.row] ?? 0);
  }

  /** True if a file is mapped, so that offset, device and inode are meaningful. */
  get hasFile(): boolean {
    return this.row >= 0 && hasInode(this.intervals.table, this.row);
  }

  get offsetPages(): number | null {
    return this.row < 0 ? null : (this.intervals.table.offset[this.row] ?? 0);
  }

  /** Offset, device and inode as maps prints them, zeros for a mapping without a file; null: not a mapping. */
  get offset(): string | null {
    const pages = this.offsetPages;
    return pages === null ? null : formatAddress(pages, 1);
  }

  get device(): string | null {
    return this.row < 0 ? null : deviceText(this.intervals.table, this.row);
  }

  get inode(): string | null {
    return this.row < 0 ? null : inodeText(this.intervals.table, this.row);
  }

  /** True for a mapped file that the kernel marks as deleted. */
  get isDeleted(): boolean {
    return this.row >= 0 && isDeleted(this.intervals.table, this.row);
  }

  /** The source that describes it, in the words of the CSV and the API. */
  get source(): 'maps' | 'computed' | KernelRegion['source'] {
    return this.row >= 0 ? 'maps' : (this.region?.source ?? 'computed');
  }
}
