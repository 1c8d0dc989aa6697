import { PAGE_SIZE } from '@procmap/shared/page.ts';
import type { UseFacts } from '@procmap/shared/use/uses.ts';
import type { LookedAt } from './look.ts';

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
