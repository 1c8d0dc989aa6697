import type { Intervals } from '@procmap/shared/intervals.ts';
import { KERNEL_HALF } from '@procmap/shared/words.ts';
import { NO_USE, USES, type UseWord } from '@procmap/shared/use/use-list.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { type Classes, classesOf, type ColourClass, UNMAPPED, unmappedClass } from './classes.ts';

const FIRST = UNMAPPED.length;

/** Uses that share a colour: there are more uses than colours that can be told apart. */
interface UseGroup {
  readonly id: string;
  readonly label: string;
  readonly sentence: string;
  readonly uses: readonly UseWord[];
}

const GROUPS: readonly UseGroup[] = [
  { id: 'stack', label: 'Stacks', sentence: 'Stacks of threads, with their guards.', uses: ['thread_stack', 'stack_guard'] },
  { id: 'heap', label: 'Heap', sentence: 'The program break, [heap].', uses: ['heap'] },
  { id: 'malloc', label: 'malloc', sentence: 'Arenas and large blocks of malloc.', uses: ['malloc_arena', 'malloc_large'] },
  { id: 'allocator', label: 'Other allocators', sentence: 'Memory of allocators other than glibc’s.', uses: ['allocator', 'sanitizer_allocator'] },
  { id: 'gc', label: 'Heaps of runtimes', sentence: 'Objects of garbage-collected languages; memory of WebAssembly.', uses: ['gc_heap', 'wasm_memory'] },
  {
    id: 'code',
    label: 'Generated code',
    sentence: 'Code that was written at run time.',
    uses: ['jit_code', 'code_cache', 'translation_buffer', 'opcode_cache'],
  },
  { id: 'class', label: 'Classes', sentence: 'Class metadata and archives of a Java VM.', uses: ['class_space', 'cds_archive'] },
  { id: 'shadow', label: 'Sanitizer', sentence: 'Shadow memory of a sanitizer.', uses: ['shadow'] },
  { id: 'bss', label: 'bss', sentence: 'Zeroed variables of programs and libraries; thread-local ones.', uses: ['bss', 'tls'] },
  { id: 'library', label: 'Program and libraries', sentence: 'Code and data from files.', uses: ['library'] },
  { id: 'file', label: 'Files', sentence: 'Mapped files.', uses: ['file'] },
  { id: 'shared', label: 'Shared memory', sentence: 'Memory that other processes may map as well.', uses: ['shared_memory', 'shared_buffers'] },
  { id: 'guest', label: 'Guest memory', sentence: 'Memory of a virtual machine.', uses: ['guest_ram'] },
  { id: 'huge', label: 'Huge pages, secrets', sentence: 'Memory of hugetlbfs, and of memfd_secret.', uses: ['huge_pages', 'secret'] },
  {
    id: 'device',
    label: 'Devices and rings',
    sentence: 'Devices, and queues shared with the kernel.',
    uses: ['io_ring', 'event_ring', 'packet_ring', 'gpu', 'dma_buf', 'device'],
  },
  { id: 'vdso', label: 'vDSO', sentence: 'Mapped by the kernel.', uses: ['vdso'] },
  { id: 'named', label: 'Named by the program', sentence: 'Memory to which the program gave a name.', uses: ['named'] },
  { id: 'closed', label: 'Guards and reserves', sentence: 'No access: kept free, or kept for later.', uses: ['guard', 'reserve'] },
  { id: 'mixed', label: 'Joined mappings', sentence: 'Memory of several uses that the kernel joined into one mapping.', uses: ['mixed'] },
];

const NONE = FIRST + GROUPS.length;
const KERNEL = NONE + 1;

const LIST: readonly ColourClass[] = [
  ...UNMAPPED,
  ...GROUPS.map(({ id, label, sentence, uses }, i) => ({ id: `use-${id}`, label, sentence, token: `use-${id}`, pattern: i, term: `use=${uses.join(',')}` })),
  { id: 'use-none', label: 'Not known', sentence: 'No rule has evidence of what it is for.', token: 'class-unknown', pattern: 2, term: 'use:none' },
  { id: 'use-kernel', label: KERNEL_HALF, sentence: 'Kernel regions.', token: 'kind-kernel_fixed', pattern: 0, term: 'space:kernel' },
];

const CLASS_OF = Uint8Array.from({ length: 256 }, (_, use) => {
  const group = GROUPS.findIndex(({ uses }) => uses.some((word) => word === USES[use]));
  return group < 0 ? NONE : FIRST + group;
});

/** Tokens of the groups, for tokens.ts. */
export const USE_TOKENS: readonly string[] = GROUPS.map(({ id }) => `use-${id}`);

/** The token of a use; null: not known. */
export function useToken(use: UseWord | null): string {
  return LIST[CLASS_OF[use === null ? NO_USE : USES.indexOf(use)] ?? NONE]?.token ?? 'class-unknown';
}

/** Colours each mapping by what it is for; all not known without uses. */
export function classesByUse(intervals: Intervals, uses: Uses | null): Classes {
  return classesOf('use', intervals, LIST, (i) => {
    const unmapped = unmappedClass(intervals.kind[i] ?? 0);
    if (unmapped >= 0) return unmapped;
    const row = intervals.row[i] ?? -1;
    return row < 0 ? KERNEL : (CLASS_OF[uses?.use[row] ?? NO_USE] ?? NONE);
  });
}
