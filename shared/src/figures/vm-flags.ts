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
  ['gd', 'grows downwards, as a stack does'],
  ['pf', 'page frames without struct page, as of a device'],
  ['dw', 'writing to the mapped file is disabled'],
  ['lo', 'locked in memory (mlock)'],
  ['io', 'memory of a device (memory-mapped I/O)'],
  ['sr', 'advised: will be read in sequence'],
  ['rr', 'advised: will be read at random'],
  ['dc', 'not given to a child by fork'],
  ['de', 'cannot grow by mremap'],
  ['ac', 'counts against the commit limit'],
  ['nr', 'no swap space is reserved for it'],
  ['ht', 'huge pages of hugetlbfs'],
  ['sf', 'synchronous page faults (DAX)'],
  ['ar', 'flag of the architecture'],
  ['wf', 'empty in a child after fork'],
  ['dd', 'left out of core dumps'],
  ['sd', 'soft-dirty pages are tracked'],
  ['mm', 'mixed: pages with and without struct page'],
  ['hg', 'advised: transparent huge pages'],
  ['nh', 'advised: no transparent huge pages'],
  ['mg', 'advised: equal pages may be merged (KSM)'],
  ['bt', 'guarded by branch target identification'],
  ['mt', 'memory tagging (MTE)'],
  ['um', 'userfaultfd: missing pages'],
  ['uw', 'userfaultfd: writes to protected pages'],
  ['ui', 'userfaultfd: minor faults'],
  ['ur', 'userfaultfd: reads and writes of protected pages'],
  ['ss', 'a shadow stack'],
  ['sl', 'sealed: cannot be changed or unmapped'],
  ['lf', 'its pages are locked only when they are first used'],
  ['dp', 'may be dropped when memory is short'],
  ['gu', 'may have guard pages'],
]);

export interface VmFlag {
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
