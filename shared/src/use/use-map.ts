import { isFileKind } from '../files/mapped-files.ts';
import { Kind } from '../kind.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../perms.ts';
import type { MappingTable } from '../region.ts';
import { shownName } from '../text/shown-name.ts';
import { type Claim, type UsePart, Uses } from './uses.ts';
import type { UseEvidence } from './evidence.ts';
import { FLAGS_UNKNOWN } from './flag-bits.ts';

const ACCESS = PERM_READ | PERM_WRITE | PERM_EXEC;
/** More programs and libraries than this are not searched for a runtime. */
const MAX_PROGRAMS = 4096;

/**
 * A map and its evidence, as rules look at it, and the uses claimed so far. The first claim of a row counts, so rules
 * run from the surest to the least sure.
 */
export class UseMap {
  readonly table: MappingTable;
  readonly evidence: UseEvidence;
  readonly #claims: Claim[] = [];
  readonly #claimOf: Int32Array;
  readonly #parts = new Map<number, readonly UsePart[]>();
  #programs: ReadonlyMap<string, number> | null = null;

  constructor(table: MappingTable, evidence: UseEvidence) {
    this.table = table;
    this.evidence = evidence;
    this.#claimOf = new Int32Array(table.length).fill(-1);
  }

  get length(): number {
    return this.table.length;
  }

  start(row: number): number {
    return this.table.start[row] ?? -1;
  }

  end(row: number): number {
    return this.table.end[row] ?? -1;
  }

  /** In pages. */
  size(row: number): number {
    return this.end(row) - this.start(row);
  }

  /** Private memory that no file is behind; hugetlbfs counts if it is private. */
  isAnonymous(row: number): boolean {
    return this.table.kind[row] === Kind.anon && ((this.table.perms[row] ?? 0) & PERM_SHARED) === 0;
  }

  /** Anonymous, without execution: what data is in. */
  isData(row: number): boolean {
    return this.isAnonymous(row) && ((this.table.perms[row] ?? 0) & ACCESS) === (PERM_READ | PERM_WRITE);
  }

  /** Anonymous, without any access. */
  isClosed(row: number): boolean {
    return this.isAnonymous(row) && ((this.table.perms[row] ?? 0) & ACCESS) === 0;
  }

  isExecutable(row: number): boolean {
    return ((this.table.perms[row] ?? 0) & PERM_EXEC) !== 0;
  }

  /** Row `row` and the next one have no gap between them. */
  isJoined(row: number): boolean {
    return row >= 0 && row + 1 < this.length && this.table.end[row] === this.table.start[row + 1];
  }

  /** The rows from one to another, both included. */
  range(first: number, last: number): number[] {
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }

  isFile(row: number): boolean {
    return isFileKind(this.table.kind[row] ?? 0);
  }

  hasFlags(row: number): boolean {
    return this.#flags(row) !== FLAGS_UNKNOWN;
  }

  /** All these FLAG bits are known to be set. */
  has(row: number, flags: number): boolean {
    const bits = this.#flags(row);
    return bits !== FLAGS_UNKNOWN && (bits & flags) === flags;
  }

  /** None of these FLAG bits is known to be set. */
  lacks(row: number, flags: number): boolean {
    const bits = this.#flags(row);
    return bits === FLAGS_UNKNOWN || (bits & flags) === 0;
  }

  #flags(row: number): number {
    return this.evidence.flags?.[row] ?? FLAGS_UNKNOWN;
  }

  /** Escaped; '' without a name. */
  name(row: number): string {
    return shownName(this.table.names, this.table.name[row] ?? 0);
  }

  /** The last part of the path. */
  baseName(row: number): string {
    const name = this.name(row);
    return name.slice(name.lastIndexOf('/') + 1);
  }

  /** The row that holds a page; -1: none. */
  rowAt(page: number): number {
    const { start, end } = this.table;
    let [from, to] = [0, this.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((end[middle] ?? 0) <= page) from = middle + 1;
      else to = middle;
    }
    return (start[from] ?? Infinity) <= page ? from : -1;
  }

  /** The base name of a mapped program or library that matches; null: none is mapped. */
  program(pattern: RegExp): string | null {
    this.#programs ??= this.#findPrograms();
    for (const name of this.#programs.keys()) if (pattern.test(name)) return name;
    return null;
  }

  #findPrograms(): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    let last = -1;
    for (let row = 0; row < this.length && found.size < MAX_PROGRAMS; row++) {
      const name = this.table.name[row] ?? 0;
      if (this.table.kind[row] !== Kind.text || name === last) continue;
      last = name;
      found.set(this.baseName(row).replace(/ \(deleted\)$/, ''), row);
    }
    return found;
  }

  isFree(row: number): boolean {
    return this.#claimOf[row] === -1 && !this.#parts.has(row);
  }

  /** Claims rows that are still free. */
  claim(claim: Claim, ...rows: readonly number[]): void {
    const index = this.#claims.push(claim) - 1;
    for (const row of rows) if (this.isFree(row)) this.#claimOf[row] = index;
  }

  /** Claims each free row that `test` selects: one claim, however many rows. */
  claimEach(claim: Claim, test: (row: number) => boolean): void {
    const index = this.#claims.push(claim) - 1;
    for (let row = 0; row < this.length; row++) if (this.#claimOf[row] === -1 && !this.#parts.has(row) && test(row)) this.#claimOf[row] = index;
  }

  /** Claims the free rows with a name that has a claim (by index in the table's names), if `test` selects them. One pass. */
  claimNamed(ofName: ReadonlyMap<number, Claim>, test: (row: number) => boolean): void {
    if (ofName.size === 0) return;
    const indexes = new Map([...ofName].map(([name, claim]) => [name, this.#claims.push(claim) - 1]));
    for (let row = 0; row < this.length; row++) {
      const index = indexes.get(this.table.name[row] ?? 0);
      if (index !== undefined && this.isFree(row) && test(row)) this.#claimOf[row] = index;
    }
  }

  /** Divides a free row; the parts must tile it. One part is a claim of the whole; parts without any claim tell nothing. */
  divide(row: number, parts: readonly UsePart[]): void {
    const [only, ...more] = parts;
    if (!this.isFree(row) || only === undefined || parts.every(({ claim }) => claim === null)) return;
    if (more.length > 0) this.#parts.set(row, parts);
    else if (only.claim !== null) this.claim(only.claim, row);
  }

  finish(): Uses {
    return new Uses(this.table, this.#claims, this.#claimOf, this.#parts);
  }
}

/** A family of rules: claims what it has evidence for. */
export type UseRule = (map: UseMap) => void;
