import { isFileKind } from '../files/mapped-files.ts';
import { Kind } from '../kind.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../perms.ts';
import { type MappingTable, rowAt } from '../region.ts';
import { shownName } from '../text/shown-name.ts';
import { type Claim, type UsePart, Uses } from './uses.ts';
import type { UseEvidence } from './evidence.ts';
import { FLAGS_UNKNOWN } from './flag-bits.ts';

const ACCESS = PERM_READ | PERM_WRITE | PERM_EXEC;
/** What rows are by kind and permissions, as bits. */
const [ANONYMOUS, DATA, CLOSED, EXECUTABLE, FILE] = [1, 2, 4, 8, 16];
/** Anonymous memory: of any permissions, of data, closed, or executable. */
type Shape = 'any' | 'data' | 'closed' | 'code';
const SHAPE_BITS = { any: ANONYMOUS, data: DATA | ANONYMOUS, closed: CLOSED | ANONYMOUS, code: EXECUTABLE | ANONYMOUS } as const;
/** In #claimOf: nobody has claimed the row, or it has parts. */
const [FREE, DIVIDED] = [-1, -2];
/** More programs and libraries than this are not searched for a runtime. */
const MAX_PROGRAMS = 4096;

/**
 * A map and its evidence, as rules look at it, and the uses claimed so far. The first claim of a row counts, so rules
 * run from the surest to the least sure.
 */
export class UseMap {
  readonly table: MappingTable;
  readonly evidence: UseEvidence;
  readonly length: number;
  readonly #claims: Claim[] = [];
  readonly #claimOf: Int32Array;
  readonly #shape: Uint8Array;
  readonly #flags: Uint32Array;
  /** All flags that any row has. */
  readonly #anyFlags: number;
  /** Rows that were free at the last question, by shape. */
  readonly #free = new Map<Shape, Int32Array>();
  readonly #parts = new Map<number, readonly UsePart[]>();
  #programs: ReadonlySet<string> | null = null;

  constructor(table: MappingTable, evidence: UseEvidence) {
    this.table = table;
    this.evidence = evidence;
    this.length = table.length;
    this.#claimOf = new Int32Array(table.length).fill(FREE);
    this.#shape = shapesOf(table);
    this.#flags = evidence.flags ?? new Uint32Array(table.length).fill(FLAGS_UNKNOWN);
    let anyFlags = 0;
    for (let row = 0; row < table.length; row++) anyFlags |= this.#flags[row] ?? 0;
    this.#anyFlags = anyFlags;
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
    return this.#is(row, ANONYMOUS);
  }

  /** Anonymous, without execution: what data is in. */
  isData(row: number): boolean {
    return this.#is(row, DATA);
  }

  /** Anonymous, without any access. */
  isClosed(row: number): boolean {
    return this.#is(row, CLOSED);
  }

  isExecutable(row: number): boolean {
    return this.#is(row, EXECUTABLE);
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
    return this.#is(row, FILE);
  }

  hasFlags(row: number): boolean {
    return (this.#flags[row] ?? FLAGS_UNKNOWN) !== FLAGS_UNKNOWN;
  }

  /** All these FLAG bits are known to be set. */
  has(row: number, flags: number): boolean {
    return ((this.#flags[row] ?? 0) & flags) === flags;
  }

  /** None of these FLAG bits is known to be set. */
  lacks(row: number, flags: number): boolean {
    return ((this.#flags[row] ?? 0) & flags) === 0;
  }

  #is(row: number, shape: number): boolean {
    return ((this.#shape[row] ?? 0) & shape) !== 0;
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
    return rowAt(this.table, page);
  }

  /** The base name of a mapped program or library that matches; null: none is mapped. */
  program(pattern: RegExp): string | null {
    this.#programs ??= this.#findPrograms();
    for (const name of this.#programs) if (pattern.test(name)) return name;
    return null;
  }

  #findPrograms(): ReadonlySet<string> {
    const found = new Set<string>();
    const seen = new Set<number>();
    const { kind, name } = this.table;
    for (let row = 0; row < this.length && found.size < MAX_PROGRAMS; row++) {
      if (kind[row] !== Kind.text || seen.has(name[row] ?? 0)) continue;
      seen.add(name[row] ?? 0);
      found.add(this.baseName(row).replace(/ \(deleted\)$/, ''));
    }
    return found;
  }

  isFree(row: number): boolean {
    return this.#claimOf[row] === FREE;
  }

  /** Claims a row, if it is still free. */
  claim(claim: Claim, row: number): void {
    if (this.isFree(row)) this.#claimOf[row] = this.#claims.push(claim) - 1;
  }

  /** Claims rows that are still free. They may be all of a map. */
  claimRows(claim: Claim, rows: readonly number[]): void {
    const index = this.#claims.push(claim) - 1;
    for (const row of rows) if (this.isFree(row)) this.#claimOf[row] = index;
  }

  /** Claims each free row of a kind that has a claim. One pass. */
  claimKinds(ofKind: ReadonlyMap<number, Claim>): void {
    const indexes = new Int32Array(256).fill(FREE);
    for (const [kind, claim] of ofKind) indexes[kind] = this.#claims.push(claim) - 1;
    const { kind } = this.table;
    for (let row = 0; row < this.length; row++) if (this.#claimOf[row] === FREE) this.#claimOf[row] = indexes[kind[row] ?? 0] ?? FREE;
  }

  /** The free rows of anonymous memory, ascending; what is claimed from now on stays among them. As fast as few are free. */
  free(shape: Shape): Int32Array {
    const rows = this.#free.get(shape) ?? this.#rowsOf(shape);
    let count = 0;
    for (const row of rows) if (this.#claimOf[row] === FREE) rows[count++] = row;
    const left = rows.subarray(0, count);
    this.#free.set(shape, left);
    return left;
  }

  #rowsOf(shape: Shape): Int32Array {
    const bits = SHAPE_BITS[shape];
    let count = 0;
    for (let row = 0; row < this.length; row++) if (((this.#shape[row] ?? 0) & bits) === bits) count++;
    const rows = new Int32Array(count);
    for (let row = 0, i = 0; i < count; row++) if (((this.#shape[row] ?? 0) & bits) === bits) rows[i++] = row;
    return rows;
  }

  /** Claims each free row of a shape that has all these FLAG bits and that `test` selects. */
  claimAnonymous(claim: Claim, shape: Shape, flags: number, test?: (row: number) => boolean): void {
    if ((this.#anyFlags & flags) !== flags) return;
    const index = this.#claims.push(claim) - 1;
    for (const row of this.free(shape)) if (((this.#flags[row] ?? 0) & flags) === flags && (test === undefined || test(row))) this.#claimOf[row] = index;
  }

  /** Claims each free row that `test` selects: one claim, however many rows. */
  claimEach(claim: Claim, test: (row: number) => boolean): void {
    const index = this.#claims.push(claim) - 1;
    for (let row = 0; row < this.length; row++) if (this.#claimOf[row] === FREE && test(row)) this.#claimOf[row] = index;
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
    if (more.length > 0) {
      this.#parts.set(row, parts);
      this.#claimOf[row] = DIVIDED;
    } else if (only.claim !== null) this.claim(only.claim, row);
  }

  /** Claims parts that nobody knows of anonymous data that bss or the like was joined with, if `test` selects them. */
  claimRests(claim: Claim, test: (row: number, rest: UsePart) => boolean): void {
    for (const [row, parts] of this.#parts) {
      if (!this.isData(row)) continue;
      const isClaimed = (part: UsePart): boolean => part.claim === null && test(row, part);
      this.#parts.set(
        row,
        parts.map((part) => (isClaimed(part) ? { ...part, claim } : part)),
      );
    }
  }

  finish(): Uses {
    return new Uses(this.table, this.#claims, this.#claimOf, this.#parts);
  }
}

/** By kind and permissions: index is kind · 16 + perms. */
const SHAPES = Uint8Array.from({ length: 16 * 256 }, (_, index) => {
  const [kind, perms] = [index >> 4, index & 15];
  const access = perms & ACCESS;
  const executable = (perms & PERM_EXEC) !== 0 ? EXECUTABLE : 0;
  if (kind !== Kind.anon || (perms & PERM_SHARED) !== 0) return executable | (isFileKind(kind) ? FILE : 0);
  return executable | ANONYMOUS | (access === (PERM_READ | PERM_WRITE) ? DATA : 0) | (access === 0 ? CLOSED : 0);
});

function shapesOf({ length, kind, perms }: MappingTable): Uint8Array {
  const shapes = new Uint8Array(length);
  for (let row = 0; row < length; row++) shapes[row] = SHAPES[((kind[row] ?? 0) << 4) | ((perms[row] ?? 0) & 15)] ?? 0;
  return shapes;
}

/** A family of rules: claims what it has evidence for. */
export type UseRule = (map: UseMap) => void;
