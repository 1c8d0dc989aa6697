import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { PERM_READ } from '@procmap/shared/perms.ts';
import { rowAt } from '@procmap/shared/region.ts';
import { lookAt, type LookedAt } from './look.ts';

/** glibc's HEAP_MAX_SIZE in programs of 64 bits. */
const HEAP_BYTES = 2 ** 26;
const WORD_BYTES = 8;
/** Lowest bits of the size of a chunk of malloc: flags. The second says that it was mapped on its own. */
const [FLAG_BITS, IS_MAPPED] = [7n, 2n];

/** What the processes of the machine are told, compared with what malloc wrote into their own memory. */
export interface Census {
  readonly processes: number;
  /** By certainty: mappings, or heaps of an arena, that memory confirms or refutes. */
  readonly seen: Compared;
  readonly likely: Compared;
}

interface Compared {
  compared: number;
  /** One text each. */
  readonly wrong: string[];
}

/**
 * Arenas and large blocks of malloc in all processes that may be read. Only this reads their memory: procmap itself
 * never does.
 */
export function census(): Census {
  const found = { processes: 0, seen: { compared: 0, wrong: [] }, likely: { compared: 0, wrong: [] } };
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    try {
      compareProcess(lookAt(Number(pid)), found);
      found.processes++;
    } catch {
      // It has ended, changed meanwhile, may not be read, or is a thread of the kernel.
    }
  }
  return found;
}

function compareProcess(look: LookedAt, found: Census): void {
  const memory = openSync(`/proc/${look.pid}/mem`, 'r');
  try {
    const { table, uses } = look;
    for (let row = 0; row < table.length; row++) {
      const { use, certainty, evidence } = uses.facts(row);
      // Nothing is in the closed part of an arena.
      if ((certainty !== 'seen' && certainty !== 'likely') || ((table.perms[row] ?? 0) & PERM_READ) === 0) continue;
      const [start, end] = [(table.start[row] ?? 0) * PAGE_SIZE, (table.end[row] ?? 0) * PAGE_SIZE];
      const verdict = use === 'malloc_arena' ? isArena(look, memory, start, end) : use === 'malloc_large' ? isChunks(memory, start, end) : null;
      if (verdict === null || !isThere(look.pid, start, end)) continue;
      found[certainty].compared++;
      if (!verdict) found[certainty].wrong.push(`${look.pid} ${start.toString(16)}-${end.toString(16)}: ${evidence}`);
    }
  } finally {
    closeSync(memory);
  }
}

/** Each heap begins with the address of its arena, its predecessor and its size. null: it cannot be read. */
function isArena({ table }: LookedAt, memory: number, start: number, end: number): boolean | null {
  for (let heap = start; heap < end; heap += HEAP_BYTES) {
    const words = wordsAt(memory, heap, 3);
    if (words === null) return null;
    const [arena = 0n, , size = 0n] = words;
    const page = Number(arena / BigInt(PAGE_SIZE));
    const isMapped = rowAt(table, page) >= 0;
    if (!isMapped || size === 0n || size > BigInt(HEAP_BYTES) || size % BigInt(PAGE_SIZE) !== 0n) return false;
  }
  return true;
}

/** Each chunk is as large as its header says, and the next one begins where it ends. */
function isChunks(memory: number, start: number, end: number): boolean | null {
  let at = start;
  while (at < end) {
    const words = wordsAt(memory, at, 2);
    if (words === null) return null;
    const [, size = 0n] = words;
    const bytes = Number(size & ~FLAG_BITS);
    if ((size & IS_MAPPED) === 0n || bytes === 0 || bytes % PAGE_SIZE !== 0) return false;
    at += bytes;
  }
  return at === end;
}

function wordsAt(memory: number, at: number, count: number): readonly bigint[] | null {
  const bytes = Buffer.alloc(count * WORD_BYTES);
  try {
    readSync(memory, bytes, 0, bytes.length, at);
  } catch {
    return null;
  }
  return Array.from({ length: count }, (_, i) => bytes.readBigUInt64LE(i * WORD_BYTES));
}

/** Its mapping is still the one that was looked at. */
function isThere(pid: number, start: number, end: number): boolean {
  return readFileSync(`/proc/${pid}/maps`, 'latin1').includes(`${start.toString(16).padStart(8, '0')}-${end.toString(16).padStart(8, '0')} `);
}
