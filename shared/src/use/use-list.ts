/** How sure a use is, from the surest. */
export const CERTAINTIES = ['told', 'seen', 'likely'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** What memory may be for: machine word, name of one and of several mappings, and a sentence for newcomers. */
const USE_LIST = [
  [
    'thread_stack',
    'thread stack',
    'thread stacks',
    'The stack of a thread: its local variables and return addresses. It is reserved in full and filled as calls nest.',
  ],
  ['stack_guard', 'stack guard', 'stack guards', 'No access: a thread that overruns its stack faults here instead of overwriting its neighbour.'],
  ['heap', 'heap', 'heaps', 'The program break (brk), where malloc keeps small blocks of the main thread.'],
  ['malloc_arena', 'malloc arena', 'malloc arenas', 'A heap of glibc’s malloc for threads: reserved in blocks of 64 MB, made writable as it fills.'],
  ['malloc_large', 'large malloc block', 'large malloc blocks', 'A block so large that malloc mapped it on its own, and unmaps it when it is freed.'],
  ['allocator', 'allocator memory', 'allocator memory', 'Memory that an allocator other than glibc’s hands out in pieces.'],
  ['gc_heap', 'heap of a runtime', 'heaps of a runtime', 'Objects of a garbage-collected language.'],
  ['jit_code', 'generated code', 'generated code', 'Machine code that the program wrote while it runs (JIT, trampolines).'],
  ['code_cache', 'code cache', 'code caches', 'Where a Java VM keeps the code that it compiles.'],
  ['class_space', 'class metadata', 'class metadata', 'What a Java VM keeps of classes: class space and metaspace.'],
  ['cds_archive', 'class archive', 'class archives', 'Classes that a Java VM loads ready-made (CDS).'],
  ['wasm_memory', 'WebAssembly memory', 'WebAssembly memories', 'The memory of a WebAssembly module; the reserve behind it catches accesses out of bounds.'],
  ['shadow', 'sanitizer shadow', 'sanitizer shadow', 'State that a sanitizer keeps of every byte of the program.'],
  ['sanitizer_allocator', 'sanitizer allocator', 'sanitizer allocator', 'The heap of a program under a sanitizer: each size has its own range.'],
  ['bss', 'bss', 'bss', 'Global variables that start as zero, of a program or library.'],
  ['tls', 'thread-local storage', 'thread-local storage', 'Thread-local variables.'],
  ['guest_ram', 'guest memory', 'guest memory', 'Memory of a virtual machine.'],
  ['translation_buffer', 'translation buffer', 'translation buffers', 'Code that an emulator translated for this processor.'],
  ['shared_buffers', 'shared buffers', 'shared buffers', 'The cache of a database, shared by its processes.'],
  ['shared_memory', 'shared memory', 'shared memory', 'Memory that other processes may map as well.'],
  ['opcode_cache', 'opcode cache', 'opcode caches', 'Compiled scripts, shared by the processes of PHP.'],
  ['huge_pages', 'huge pages', 'huge pages', 'Memory on huge pages that the administrator reserved.'],
  ['secret', 'secret memory', 'secret memory', 'Memory that even the kernel does not map (memfd_secret).'],
  ['io_ring', 'I/O ring', 'I/O rings', 'A queue of requests that the process shares with the kernel.'],
  ['event_ring', 'event ring', 'event rings', 'Events that the kernel writes for the process to read.'],
  ['packet_ring', 'packet ring', 'packet rings', 'Network packets, shared with the kernel.'],
  ['gpu', 'graphics memory', 'graphics memory', 'Memory of a graphics or compute device, through its driver.'],
  ['dma_buf', 'DMA buffer', 'DMA buffers', 'A buffer that devices share.'],
  ['device', 'device', 'devices', 'Memory of a device or an object of the kernel.'],
  ['library', 'program or library', 'program and libraries', 'Code and data of the program and its libraries, from their files.'],
  ['file', 'mapped file', 'mapped files', 'The contents of a file.'],
  ['vdso', 'vDSO', 'vDSO', 'Code and data that the kernel maps into every process.'],
  ['named', 'named memory', 'named memory', 'Memory to which the program itself gave a name.'],
  ['guard', 'guard', 'guards', 'No access: catches accesses that go too far.'],
  ['reserve', 'reserve', 'reserves', 'Addresses kept for later, without access and without memory.'],
  ['mixed', 'joined mapping', 'joined mappings', 'Memory of several uses that the kernel joined into one mapping.'],
] as const satisfies readonly (readonly [string, string, string, string])[];

export type UseWord = (typeof USE_LIST)[number][0];

/** The machine words; a use is an index in this list. */
export const USES: readonly UseWord[] = USE_LIST.map(([word]) => word);

/** Index of each word in {@link USES}. */
export const Use = Object.fromEntries(USES.map((word, index) => [word, index])) as Readonly<Record<UseWord, number>>;

/** No rule has evidence for a use. */
export const NO_USE = 255;

/** The machine word; null: none. */
export function useWord(use: number): UseWord | null {
  return USES[use] ?? null;
}

/** The name for people, of `count` mappings; '' without a use. */
export function useName(use: number, count = 1): string {
  return USE_LIST[use]?.[count === 1 ? 1 : 2] ?? '';
}

/** One sentence for people who do not know the term; '' without a use. */
export function useSentence(use: number): string {
  return USE_LIST[use]?.[3] ?? '';
}
