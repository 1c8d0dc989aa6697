import { PAGE_SIZE } from '@procmap/shared/page.ts';
import type { UseFacts } from '@procmap/shared/use/uses.ts';
import type { LookedAt } from './look.ts';
import type { Program } from './program.ts';

/** Addresses [start, end). */
export interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** `7f00..` as a number: exact, as addresses of user space have 47 bits. */
export function hex(text = ''): number {
  return Number.parseInt(text, 16);
}

/** What memory at an address is for: of the mapping, or of the part that holds it. */
export function factsAt({ table, uses }: LookedAt, address: number): UseFacts {
  const page = Math.floor(address / PAGE_SIZE);
  const row = table.start.findIndex((start, i) => start <= page && page < (table.end[i] ?? 0));
  if (row < 0) throw new Error(`nothing is mapped at ${address.toString(16)}`);
  const part = uses.parts(row).find(({ start, end }) => start <= page && page < end);
  return part === undefined ? uses.facts(row) : uses.partFacts(part, row);
}

/** All memory of one use, whole mappings and parts, joined where they touch. */
export function boundsOf(look: LookedAt, is: (facts: UseFacts, row: number) => boolean): readonly Bounds[] {
  const found: { start: number; end: number }[] = [];
  const add = (start: number, end: number): void => {
    const last = found.at(-1);
    if (last?.end === start * PAGE_SIZE) last.end = end * PAGE_SIZE;
    else found.push({ start: start * PAGE_SIZE, end: end * PAGE_SIZE });
  };
  for (let row = 0; row < look.table.length; row++) {
    const parts = look.uses.parts(row);
    if (parts.length === 0 && is(look.uses.facts(row), row)) add(look.table.start[row] ?? 0, look.table.end[row] ?? 0);
    for (const part of parts) if (is(look.uses.partFacts(part, row), row)) add(part.start, part.end);
  }
  return found;
}

/** Bytes of them together. */
export function bytesOf(bounds: readonly Bounds[]): number {
  return bounds.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** What truth.c tells, compared: near misses should have no use, and all else the use that it has. */
export function wrongOf(look: LookedAt, program: Program): { readonly compared: number; readonly wrong: number } {
  const expected: Readonly<Record<string, readonly string[]>> = { stack: ['thread_stack'], arena: ['malloc_arena'], large: ['malloc_large'], none: [] };
  let [compared, wrong] = [0, 0];
  for (const line of program.lines) {
    const [word = '', ...values] = line.split(' ');
    const uses = expected[word];
    const at = hex(values[word === 'stack' ? 2 : 0]) - (word === 'stack' ? 8 : 0);
    if (uses === undefined || Number.isNaN(at)) continue;
    const { use } = factsAt(look, at);
    compared++;
    // Without a use, it is not named, but not wrong either.
    if (use !== null && !uses.includes(use)) wrong++;
  }
  return { compared, wrong };
}
