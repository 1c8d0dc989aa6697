import { closeSync, openSync, readSync } from 'node:fs';
import type { PageRange } from '@procmap/shared/use/evidence.ts';
import { beat } from '../../common/beat.ts';
import { ENTRY_BYTES, isGuardEntry } from '../procfs/memory/pagemap.ts';

/** Entries read at a time: a fraction of a millisecond. */
const CHUNK_PAGES = 16_384;
/** Larger mappings are not searched: reading them takes longer than all else. */
const MAX_PAGES = 2 ** 20;
/** Each stack has one. Far more would not be guards of stacks. */
const MAX_RANGES = 4096;

/** Searches one mapping for pages of MADV_GUARD_INSTALL, from its first page on, in steps. */
export class GuardSearch {
  readonly #end: number;
  #next: number;
  #ranges: { readonly start: number; end: number }[] = [];

  constructor({ start, end }: PageRange) {
    this.#next = start;
    this.#end = end - start > MAX_PAGES ? start : end;
  }

  get isDone(): boolean {
    return this.#next >= this.#end || this.#ranges.length >= MAX_RANGES;
  }

  /** Ascending, disjoint. */
  get ranges(): readonly PageRange[] {
    return this.#ranges;
  }

  /** Goes on until `isLate` says so, after one step at least. `pagemap`: path of the file. Throws the system's error. */
  goOn(pagemap: string, isLate: () => boolean): void {
    const entries = Buffer.allocUnsafe(CHUNK_PAGES * ENTRY_BYTES);
    beat();
    const file = openSync(pagemap, 'r');
    try {
      do {
        const count = Math.min(CHUNK_PAGES, this.#end - this.#next);
        beat();
        const bytes = readSync(file, entries, 0, count * ENTRY_BYTES, BigInt(this.#next) * BigInt(ENTRY_BYTES));
        this.#take(entries, Math.floor(bytes / ENTRY_BYTES));
        // The mapping is gone, or shorter now.
        if (bytes < count * ENTRY_BYTES) this.#next = this.#end;
      } while (!this.isDone && !isLate());
    } finally {
      closeSync(file);
    }
  }

  #take(entries: Buffer, count: number): void {
    for (let i = 0; i < count; i++, this.#next++) {
      if (!isGuardEntry(entries, i)) continue;
      const last = this.#ranges.at(-1);
      if (last?.end === this.#next) last.end++;
      else this.#ranges.push({ start: this.#next, end: this.#next + 1 });
    }
  }
}
