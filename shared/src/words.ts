import { type KindName, kindName } from './kind.ts';
import type { KIND_LIST } from './kind-list.ts';
import { isNoAccess, isWriteExec, PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from './perms.ts';

/** The titles of the two halves of the space. */
export const USER_HALF = 'User half';
export const KERNEL_HALF = 'Kernel half';

/** Name of each kind, and one sentence that explains it to people who do not know the term. */
interface KindWords {
  readonly label: string;
  readonly sentence: string;
}

/** A kind of the group `empty`: a new one needs words, too. */
type EmptyKind = Extract<(typeof KIND_LIST)[number], readonly [string, 'empty']>[0];

/** What is not mapped, in the words of each place that names it. */
interface UnmappedWords extends KindWords {
  /** In the picture. */
  readonly drawn: string;
  /** In the terminal map, in angle brackets: the kernel gives no such name, and a path begins with `/`. */
  readonly boxed: string;
  /** After `lies in`. */
  readonly located: string;
}

const UNMAPPED_WORDS: { readonly [K in EmptyKind | 'unknown']: UnmappedWords } = {
  gap: {
    label: 'Sparse region',
    sentence: 'Nothing is mapped here: any access faults. In the user half, the next mmap(2) may use it.',
    drawn: 'sparse',
    boxed: '<... Sparse Region ...>',
    located: '<Sparse region>, where nothing is mapped',
  },
  null_trap: {
    label: 'NULL trap',
    sentence: 'The first page stays unmapped, so that following a NULL pointer faults.',
    drawn: 'NULL trap',
    boxed: '< NULL trap page >',
    located: '<NULL trap>, where nothing is mapped',
  },
  hole: {
    label: 'Non-canonical hole',
    sentence: 'Not valid addresses: the bits above those that page tables translate must repeat the top one.',
    drawn: 'non-canonical hole',
    boxed: '<... Non-canonical hole ...>',
    located: '<Non-canonical hole>, where nothing is mapped',
  },
  beyond: {
    label: 'Out of reach',
    sentence: 'In the user half, but above TASK_SIZE: this process can never map anything here.',
    drawn: 'out of reach',
    boxed: '<... Beyond TASK_SIZE ...>',
    located: '<Out of reach>, where nothing is mapped',
  },
  unknown: {
    label: 'Not described',
    sentence: 'Part of the kernel half, which is the same in every process. No source describes it.',
    drawn: 'kernel half: not known',
    boxed: `<... ${KERNEL_HALF}: no source describes this part ...>`,
    located: `<${KERNEL_HALF}>, of which no source describes this part`,
  },
};

const KIND_WORDS: { readonly [K in KindName]: KindWords } = {
  ...UNMAPPED_WORDS,
  text: { label: 'Text', sentence: 'Machine code of a program or library, mapped executable from its file.' },
  rodata: { label: 'Read-only data', sentence: 'Constants, strings and headers of a program or library; not writable, not executable.' },
  data: { label: 'Data', sentence: 'Global variables of a program or library: private, writable copies of pages of its file.' },
  heap: { label: 'Heap', sentence: 'The program break: grown by brk(2), where malloc keeps small blocks.' },
  stack: { label: 'Stack', sentence: 'The main thread’s stack; it grows downwards on demand up to its limit.' },
  file: { label: 'Mapped file', sentence: 'A file mapped into memory; its pages are shared with the page cache.' },
  anon: { label: 'Anonymous', sentence: 'Private memory without a file: thread stacks, arenas of malloc, the heaps of runtimes.' },
  shmem: { label: 'Shared memory', sentence: 'Memory that other processes may map as well: memfd, System V or POSIX shared memory, hugetlbfs.' },
  vdso: { label: 'vDSO', sentence: 'Code that the kernel maps into every process, so that clock_gettime(2) needs no system call.' },
  vvar: { label: 'vvar', sentence: 'Kernel variables that the vDSO reads, such as the time; read-only for the process.' },
  vsyscall: { label: 'vsyscall', sentence: 'The legacy fixed page for three old system calls; emulated by the kernel today.' },
  device: { label: 'Device', sentence: 'Memory of a device or driver, or an object of the kernel, such as a ring of perf or io_uring.' },
  kernel_text: { label: 'Kernel text', sentence: 'Machine code of the kernel itself.' },
  kernel_rodata: { label: 'Kernel read-only data', sentence: 'Constants and tables of the kernel; not writable once it has booted.' },
  kernel_data: { label: 'Kernel data', sentence: 'Global variables of the kernel, initialised ones (data) and zeroed ones (bss).' },
  kernel_image: { label: 'Kernel image window', sentence: 'The range that may hold the kernel image; KASLR chooses the place in it.' },
  kernel_module: { label: 'Kernel modules', sentence: 'Loaded kernel modules: their code and data, and code that the kernel generates (BPF).' },
  direct_map: { label: 'Direct map', sentence: 'All physical memory, one to one: the kernel finds any page here by adding a base.' },
  vmalloc: { label: 'vmalloc', sentence: 'Memory that the kernel maps page by page: kernel stacks, large tables, ioremap of devices.' },
  vmemmap: { label: 'vmemmap', sentence: 'The array of struct page: one for each page of physical memory.' },
  kernel_fixed: { label: 'Fixed kernel areas', sentence: 'Small areas at fixed places: fixmap, cpu_entry_area, espfix, LDT, EFI, guards.' },
};

export function kindLabel(kind: number): string {
  return KIND_WORDS[kindName(kind)].label;
}

export function kindSentence(kind: number): string {
  return KIND_WORDS[kindName(kind)].sentence;
}

/** The words for a kind that is not mapped; null for another. */
export function unmappedWords(kind: number): UnmappedWords | null {
  const words: Partial<Readonly<Record<KindName, UnmappedWords>>> = UNMAPPED_WORDS;
  return words[kindName(kind)] ?? null;
}

/** Permissions in words: `read and execute`, `no access`. */
export function permsWords(perms: number): string {
  if (isNoAccess(perms)) return 'no access: a guard or a reservation';
  const words: string[] = [];
  if (perms & PERM_READ) words.push('read');
  if (perms & PERM_WRITE) words.push('write');
  if (perms & PERM_EXEC) words.push('execute');
  const list = words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}` : (words[0] ?? '');
  return isWriteExec(perms) ? `${list}: writable code` : list;
}

export function typeWords(perms: number): string {
  return perms & PERM_SHARED ? 'shared' : 'private, copy on write';
}

const PROCESS_STATES: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'in uninterruptible sleep',
  T: 'stopped',
  t: 'stopped by a debugger',
  Z: 'zombie',
  X: 'dead',
  I: 'idle',
  P: 'parked',
};

/** The state letter of /proc/PID/stat as a word. */
export function processStateWord(state: string): string {
  return PROCESS_STATES[state.charAt(0)] ?? state;
}

const REGION_SENTENCES: Readonly<Record<string, string>> = {
  'guard hole': 'Never mapped: a guard between the two halves, reserved for a hypervisor (Xen).',
  'LDT remap': 'Local descriptor tables of processes, visible to user mode under page table isolation.',
  cpu_entry_area: 'Data for entering the kernel: entry stacks, GDT and TSS, one set for each processor.',
  espfix: 'A few small stacks, mapped repeatedly, so that returning to a 16-bit stack segment leaks nothing of the kernel’s stack pointer.',
  EFI: 'Run-time services of the firmware. They have page tables of their own, so nothing is mapped here.',
  fixmap: 'Addresses fixed when the kernel is built, for mappings such as the local APIC and early memory.',
  vsyscall: 'The legacy page of three old system calls. Processes that may read it list it among their mappings.',
  'KASAN shadow': 'One byte for every eight bytes of kernel memory, used by KASAN to detect invalid accesses.',
  'PCI I/O': 'The I/O ports of PCI devices, mapped as memory.',
  'device tree': 'The description of the hardware that the firmware passed to the kernel at boot.',
  kmap: 'Slots in which a 32-bit kernel maps pages of high memory, outside the direct map, for as long as it needs them.',
  'vector table': 'The entry points of exceptions.',
  bss: 'Global variables of the kernel that start as zero.',
  'System RAM': 'Physical memory, as /proc/iomem lists it, in the direct map.',
};

/**
 * Purpose of a kernel region, by its kind (KernelRegion.kind) or, for a kind without a text of its own, by the kind it
 * is painted as.
 */
export function regionSentence(regionKind: string, kind: number): string {
  return REGION_SENTENCES[regionKind] ?? kindSentence(kind);
}
