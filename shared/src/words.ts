import { type KindName, kindName } from './kind.ts';
import { isNoAccess, isWriteExec, PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from './perms.ts';

/** What each kind is called, and one sentence that explains it to somebody who never saw the word. */
interface KindWords {
  readonly label: string;
  readonly sentence: string;
}

const KIND_WORDS: { readonly [K in KindName]: KindWords } = {
  gap: { label: 'Sparse region', sentence: 'Nothing is mapped here: any access faults, and the next mmap(2) may use it.' },
  null_trap: { label: 'NULL trap', sentence: 'The first page stays unmapped, so that a NULL pointer faults rather than reads something.' },
  hole: { label: 'Non-canonical hole', sentence: 'The processor has no such addresses: bits above its page tables must repeat the top one.' },
  beyond: { label: 'Out of reach', sentence: 'In the user half, but above TASK_SIZE: this process can never map anything here.' },
  text: { label: 'Text', sentence: 'Machine code of a program or library, mapped executable from its file.' },
  rodata: { label: 'Read-only data', sentence: 'Constants, strings and headers of a program or library; not writable, not executable.' },
  data: { label: 'Data', sentence: 'Global variables of a program or library: private, writable copies of pages of its file.' },
  heap: { label: 'Heap', sentence: 'The program break: grown by brk(2), where malloc keeps small blocks.' },
  stack: { label: 'Stack', sentence: 'The main thread’s stack; it grows downwards on demand up to its limit.' },
  file: { label: 'Mapped file', sentence: 'A file mapped into memory; its pages are shared with the page cache.' },
  anon: { label: 'Anonymous', sentence: 'Private memory without a file: thread stacks, arenas of malloc, the heaps of runtimes.' },
  shmem: { label: 'Shared memory', sentence: 'Memory that other processes may map as well: memfd, System V or POSIX shared memory.' },
  vdso: { label: 'vDSO', sentence: 'Code that the kernel lends to every process, so that clock_gettime(2) needs no system call.' },
  vvar: { label: 'vvar', sentence: 'Kernel variables that the vDSO reads, such as the time; read-only for the process.' },
  vsyscall: { label: 'vsyscall', sentence: 'The legacy fixed page for three old system calls; emulated by the kernel today.' },
  device: { label: 'Device', sentence: 'Memory of a device or driver, mapped through a file in /dev.' },
  unknown: { label: 'Kernel half', sentence: 'The kernel’s own half, the same in every process. No source describes this part yet.' },
};

export function kindLabel(kind: number): string {
  return KIND_WORDS[kindName(kind)].label;
}

export function kindSentence(kind: number): string {
  return KIND_WORDS[kindName(kind)].sentence;
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
  D: 'waiting for the disk',
  T: 'stopped',
  t: 'stopped by a debugger',
  Z: 'zombie',
  X: 'dead',
  I: 'idle',
  P: 'parked',
};

/** The letter of /proc/PID/stat in a word. */
export function processStateWord(state: string): string {
  return PROCESS_STATES[state.charAt(0)] ?? state;
}
