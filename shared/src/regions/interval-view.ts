import { isDeleted } from '../files/deleted.ts';
import { exactBound, type Intervals, isFilled, permsAt, spaceOf } from '../intervals.ts';
import type { KernelRegion } from '../kernel-half.ts';
import { enclosingRegion, regionOf, UNKNOWN_PERMS } from '../kernel-parts.ts';
import { kindName } from '../kind.ts';
import { type Bytes, formatAddress, subtractBytes } from '../page.ts';
import { typeText } from '../perms.ts';
import { deviceText, hasInode, inodeText } from '../region.ts';
import { shownName } from '../shown-name.ts';

/**
 * Says what interval i is: the one answer for lists, labels and explanations. Only loops over all intervals, in each frame or for each search, read the
 * arrays themselves.
 */
export class IntervalView {
  readonly #intervals: Intervals;
  readonly #index: number;
  /** Index in KINDS. */
  readonly kind: number;
  /** Row of the mapping; -1: it is none. */
  readonly row: number;
  readonly #part: number;
  /** Pages [startPage, endPage): as the picture has it. */
  readonly startPage: number;
  readonly endPage: number;
  /** To the byte, in which regions of the kernel begin and end. */
  readonly start: Bytes;
  /** Exclusive. */
  readonly end: Bytes;

  constructor(intervals: Intervals, index: number) {
    this.#intervals = intervals;
    this.#index = index;
    this.kind = intervals.kind[index] ?? 0;
    this.row = intervals.row[index] ?? -1;
    this.#part = intervals.part[index] ?? -1;
    this.startPage = intervals.bounds[index] ?? 0;
    this.endPage = intervals.bounds[index + 1] ?? 0;
    this.start = exactBound(intervals, index);
    this.end = exactBound(intervals, index + 1);
  }

  /** A mapping of the process; something in the kernel half; or empty, be it that nobody knows what is there. */
  get is(): 'mapping' | 'kernel' | 'empty' {
    if (this.row >= 0) return 'mapping';
    return isFilled(this.#intervals, this.#index) ? 'kernel' : 'empty';
  }

  get size(): Bytes {
    return subtractBytes(this.end, this.start);
  }

  get space(): 'user' | 'kernel' | 'none' {
    return spaceOf(this.#intervals, this.#index);
  }

  /** Innermost region of the kernel that it lies in, which may be empty here; null: none. */
  get region(): KernelRegion | null {
    return regionOf(this.#intervals.kernel, this.#part);
  }

  /** The region around that. */
  get within(): KernelRegion | null {
    return enclosingRegion(this.#intervals.kernel, this.#part);
  }

  /** Index of the range of the kernel's page tables, or -1. */
  get range(): number {
    return this.#intervals.kernel.range[this.#part] ?? -1;
  }

  /** Machine word of its kind: regions of the kernel bring their own. */
  get kindName(): string {
    return this.region?.kind ?? kindName(this.kind);
  }

  /** Visibly escaped; '' for no name. */
  get name(): string {
    if (this.row < 0) return this.region?.name ?? '';
    const { table } = this.#intervals;
    return shownName(table.names, table.name[this.row] ?? 0);
  }

  /** False for what is told by its kind alone: anonymous memory, and what is empty. */
  get hasName(): boolean {
    return this.is !== 'empty' && this.name !== '';
  }

  /** PERM_* bits, as {@link permsAt} has them. */
  get perms(): number | null {
    return permsAt(this.#intervals, this.#index);
  }

  /** The same as the CSV and the API say it: only for what has a region, and no access where that is empty. */
  get listedPerms(): number | null {
    if (this.row >= 0) return this.perms;
    const perms = this.region === null ? UNKNOWN_PERMS : (this.#intervals.kernel.perms[this.#part] ?? UNKNOWN_PERMS);
    return perms === UNKNOWN_PERMS ? null : perms;
  }

  /** Private or shared, for a mapping. */
  get type(): 'p' | 's' | null {
    return this.row < 0 ? null : typeText(this.#intervals.table.perms[this.row] ?? 0);
  }

  /** True where a file is mapped: offset, device and inode are its. */
  get hasFile(): boolean {
    return this.row >= 0 && hasInode(this.#intervals.table, this.row);
  }

  get offsetPages(): number | null {
    return this.row < 0 ? null : (this.#intervals.table.offset[this.row] ?? 0);
  }

  /** Offset, device and inode as maps prints them, zeros where a mapping has no file; null: not a mapping. */
  get offset(): string | null {
    const pages = this.offsetPages;
    return pages === null ? null : formatAddress(pages, 1);
  }

  get device(): string | null {
    return this.row < 0 ? null : deviceText(this.#intervals.table, this.row);
  }

  get inode(): string | null {
    return this.row < 0 ? null : inodeText(this.#intervals.table, this.row);
  }

  /** True for a mapped file that the kernel marks as deleted. */
  get isDeleted(): boolean {
    return this.row >= 0 && isDeleted(this.#intervals.table, this.row);
  }

  /** Who tells of it, as the CSV and the API say it. */
  get source(): 'maps' | 'computed' | KernelRegion['source'] {
    return this.row >= 0 ? 'maps' : (this.region?.source ?? 'computed');
  }
}
