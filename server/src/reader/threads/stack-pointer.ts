import { PAGE_SIZE } from '@procmap/shared/page.ts';

/** Where a thread's stack is, as far as the kernel tells. */
export type StackPointer =
  /** Page of the stack pointer. */
  | number
  /** No stack of its own in user space: a thread of the kernel, or one that has ended. */
  | null
  /** On a CPU: the kernel does not tell now. */
  | 'running';

const RUNNING = 'running';
/** Hex digits of an offset in a page. */
const PAGE_DIGITS = Math.log2(PAGE_SIZE) / 4;

/**
 * Parses /proc/PID/task/TID/syscall (proc_pid_syscall() in the kernel's fs/proc/base.c): `running`, `-1 SP PC` for a
 * thread that waits outside of a system call, else the number of the system call, six arguments, SP and PC. Anything
 * else counts as no stack.
 */
export function parseStackPointer(text: string): StackPointer {
  if (text.startsWith(RUNNING)) return 'running';
  const words = text.trimEnd().split(' ');
  const [, digits = ''] = /^0x([0-9a-f]{1,16})$/.exec(words.at(-2) ?? '') ?? [];
  // Exact: a page number is below 2^52.
  const page = Number.parseInt(digits.slice(0, -PAGE_DIGITS), 16);
  return page > 0 ? page : null;
}
