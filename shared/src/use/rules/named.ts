import { Kind } from '../../kind.ts';
import { nameCount } from '../../text/names.ts';
import { shownName } from '../../text/shown-name.ts';
import type { Claim } from '../uses.ts';
import type { UseMap } from '../use-map.ts';
import type { UseWord } from '../use-list.ts';

/**
 * Names that programs give to anonymous memory by prctl(PR_SET_VMA_ANON_NAME), and what each means: glibc
 * (glibc.mem.decorate_maps), Go from 1.25 on, Android's runtimes. Any other name is the use itself.
 */
const GIVEN: readonly (readonly [name: RegExp, use: UseWord, of?: string])[] = [
  [/^ ?glibc: pthread (user )?stack: ([0-9]+)$/, 'thread_stack'],
  [/^ ?glibc: malloc arena$/, 'malloc_arena'],
  [/^ ?glibc: malloc$/, 'malloc_large'],
  [/^ ?glibc: /, 'allocator', 'glibc'],
  [/^Go: heap reservation$/, 'reserve', 'Go heap'],
  [/^Go: heap$/, 'gc_heap', 'Go heap'],
  [/^Go: /, 'allocator', 'Go runtime'],
  [/^stack_and_tls:/, 'thread_stack'],
  [/^\.bss$/, 'bss'],
  [/^(scudo|libc_malloc|jemalloc)/, 'allocator'],
  [/^dalvik-.*code-cache/, 'code_cache'],
  [/^dalvik-/, 'gc_heap', 'Android runtime'],
  [/^(v8|blink_gc|cppgc)/, 'gc_heap'],
  [/^partition_alloc/, 'allocator', 'PartitionAlloc'],
  [/^tcmalloc_region_/, 'allocator'],
];

/** Names of the kernel itself. */
const KERNEL: readonly (readonly [kind: number, use: UseWord, evidence: string])[] = [
  [Kind.heap, 'heap', 'the kernel calls it [heap]: the program break'],
  [Kind.vdso, 'vdso', 'the kernel names it'],
  [Kind.vvar, 'vdso', 'the kernel names it'],
  [Kind.vsyscall, 'vdso', 'the kernel names it'],
];

/** What the kernel or the program has named. */
export function named(map: UseMap): void {
  const { table } = map;
  map.claimKinds(new Map(KERNEL.map(([kind, use, evidence]) => [kind, { use, certainty: 'told', of: '', evidence }])));
  const claims = new Map<number, Claim>();
  for (let name = 0; name < nameCount(table.names); name++) {
    const claim = claimOf(shownName(table.names, name));
    if (claim !== null) claims.set(name, claim);
  }
  map.claimNamed(claims, (row) => isNameable(table.kind[row] ?? 0));
}

function isNameable(kind: number): boolean {
  return kind === Kind.anon || kind === Kind.shmem;
}

/** null: not a name given by the program. A file's name never begins with a bracket. */
function claimOf(name: string): Claim | null {
  const [, kind, given] = /^\[(anon|anon_shmem):(.*)\]$/s.exec(name) ?? [];
  if (kind === undefined || given === undefined) return null;
  const evidence = `the program calls it “${given}”`;
  const known = kind === 'anon' ? GIVEN.find(([pattern]) => pattern.test(given)) : undefined;
  if (known === undefined) return { use: kind === 'anon' ? 'named' : 'shared_memory', certainty: 'told', of: given, evidence };
  const [, use, of = given.trim()] = known;
  return { use, certainty: 'told', of, evidence };
}
