import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '../perms.ts';

/**
 * The words of VmFlags in /proc/PID/smaps (Documentation/filesystems/proc.rst, and show_smap_vma_flags() of
 * fs/proc/task_mmu.c): how the kernel treats a mapping. `may`: mprotect(2) could still allow it.
 */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['rd', 'readable'],
  ['wr', 'writable'],
  ['ex', 'executable'],
  ['sh', 'shared'],
  ['mr', 'may be made readable'],
  ['mw', 'may be made writable'],
  ['me', 'may be made executable'],
  ['ms', 'may be shared'],
  ['gd', 'grows downwards, like a stack'],
  ['pf', 'page frames without struct page, such as device memory'],
  ['dw', 'writing to the mapped file is disabled'],
  ['lo', 'locked in memory (mlock)'],
  ['io', 'memory of a device (memory-mapped I/O)'],
  ['sr', 'advised: will be read in sequence'],
  ['rr', 'advised: will be read at random'],
  ['dc', 'not copied to a child by fork'],
  ['de', 'cannot grow by mremap'],
  ['ac', 'counts towards the commit limit'],
  ['nr', 'no swap space reserved'],
  ['ht', 'huge pages of hugetlbfs'],
  ['sf', 'synchronous page faults (DAX)'],
  ['ar', 'architecture-specific flag'],
  ['wf', 'wiped in a child after fork'],
  ['dd', 'excluded from core dumps'],
  ['sd', 'soft-dirty pages are tracked'],
  ['mm', 'mixed: pages with and without struct page'],
  ['hg', 'advised: transparent huge pages'],
  ['nh', 'advised: no transparent huge pages'],
  ['mg', 'advised: identical pages may be merged (KSM)'],
  ['bt', 'guarded by branch target identification'],
  ['mt', 'memory tagging (MTE)'],
  ['um', 'userfaultfd: missing pages'],
  ['uw', 'userfaultfd: writes to protected pages'],
  ['ui', 'userfaultfd: minor faults'],
  ['ur', 'userfaultfd: reads and writes of protected pages'],
  ['ss', 'a shadow stack'],
  ['sl', 'sealed: cannot be changed or unmapped'],
  ['lf', 'pages are locked on first use'],
  ['dp', 'may be dropped when memory is low'],
  ['gu', 'may have guard pages'],
]);

interface VmFlag {
  readonly code: string;
  /** '' for a flag newer than this list. */
  readonly words: string;
}

/** `rd ex mr` in words, in the kernel's order. */
export function vmFlags(line: string): readonly VmFlag[] {
  return line
    .split(' ')
    .filter((code) => code !== '')
    .map((code) => ({ code, words: WORDS.get(code) ?? '' }));
}

/** maps prints `ms` as `s`: a shared mapping of a file opened read-only has no `sh`. */
const PERM_FLAGS = [
  ['rd', PERM_READ],
  ['wr', PERM_WRITE],
  ['ex', PERM_EXEC],
  ['ms', PERM_SHARED],
] as const;

/** PERM_* bits of the mapping with this line; null for the empty line, which stands for unknown flags. */
export function permsOfFlags(line: string): number | null {
  if (line === '') return null;
  const codes = line.split(' ');
  return PERM_FLAGS.reduce((perms, [code, bit]) => (codes.includes(code) ? perms | bit : perms), 0);
}

/** Flags that do not keep mappings from merging (mm/vma.h: VM_SOFTDIRTY and sticky flags). */
const NOT_COMPARED = new Set(['sd', 'gu']);

/** Equal for two lines if their mappings can merge. */
export function mergeKey(line: string): string {
  return line
    .split(' ')
    .filter((code) => !NOT_COMPARED.has(code))
    .join(' ');
}
