import { type MappingTable, rowAt } from '@procmap/shared/region.ts';
import type { PageRange } from '@procmap/shared/use/evidence.ts';
import { GuardSearch } from './guard-pages.ts';
import { hidesGuards } from './stack-row.ts';

/** Ranges of one process, as many as threads are read. */
const MAX_GUARDS = 65_536;

/** A mapping that a stack pointer lies in. */
export interface StackMapping {
  readonly start: number;
  readonly end: number;
  readonly perms: number;
  /** Its guard pages, from the last complete search. */
  guards: readonly PageRange[];
  /** null: no search is due. */
  search: GuardSearch | null;
}

/** The mappings of a process that hold its threads' stacks, as long as they keep their bounds and permissions. */
export class StackMappings {
  readonly #byStart = new Map<number, StackMapping>();

  /** The mapping with this page, for a thread whose stack was not known there; null: the page is not mapped. */
  find(table: MappingTable, page: number): StackMapping | null {
    const row = rowAt(table, page);
    if (row < 0) return null;
    const start = table.start[row] ?? 0;
    const known = this.#byStart.get(start);
    const found = known !== undefined && isSame(known, table, row) ? known : mappingOf(table, row);
    this.#byStart.set(start, found);
    // A new stack may have brought a new guard.
    if (hidesGuards(table, row)) found.search = new GuardSearch(found);
    return found;
  }

  has(mapping: StackMapping): boolean {
    return this.#byStart.get(mapping.start) === mapping;
  }

  /**
   * Forgets mappings that this map has no more, or with other bounds or permissions. True if guards were forgotten with
   * them.
   */
  check(table: MappingTable): boolean {
    let hadGuards = false;
    for (const mapping of this.#byStart.values()) {
      const row = rowAt(table, mapping.start);
      if (row >= 0 && isSame(mapping, table, row)) continue;
      this.#byStart.delete(mapping.start);
      hadGuards ||= mapping.guards.length > 0;
    }
    return hadGuards;
  }

  keepOnly(used: ReadonlySet<StackMapping | null>): void {
    for (const mapping of this.#byStart.values()) if (!used.has(mapping)) this.#byStart.delete(mapping.start);
  }

  get isSearching(): boolean {
    return [...this.#byStart.values()].some(({ search }) => search !== null);
  }

  /** Goes on with searches; true if one found other guards than before. `pagemap`: path of the process's file. */
  search(pagemap: string, isLate: () => boolean): boolean {
    let isNew = false;
    let kept = this.guards.length;
    for (const mapping of this.#byStart.values()) {
      if (mapping.search === null) continue;
      try {
        if (kept > MAX_GUARDS) throw new RangeError('too many guards');
        mapping.search.goOn(pagemap, isLate);
      } catch {
        // The process has gone, or its file is hidden, or nobody needs so many: no more guards then.
        mapping.search = null;
        continue;
      }
      if (mapping.search.isDone) {
        isNew ||= !areSame(mapping.guards, mapping.search.ranges);
        mapping.guards = mapping.search.ranges;
        kept += mapping.guards.length;
        mapping.search = null;
      }
      if (isLate()) break;
    }
    return isNew;
  }

  /** Ascending, disjoint. */
  get guards(): PageRange[] {
    return [...this.#byStart.values()].toSorted((a, b) => a.start - b.start).flatMap(({ guards }) => guards);
  }
}

function mappingOf({ start, end, perms }: MappingTable, row: number): StackMapping {
  return { start: start[row] ?? 0, end: end[row] ?? 0, perms: perms[row] ?? 0, guards: [], search: null };
}

function isSame(mapping: StackMapping, { start, end, perms }: MappingTable, row: number): boolean {
  return start[row] === mapping.start && end[row] === mapping.end && perms[row] === mapping.perms;
}

function areSame(a: readonly PageRange[], b: readonly PageRange[]): boolean {
  return a.length === b.length && a.every(({ start, end }, i) => start === b[i]?.start && end === b[i].end);
}
