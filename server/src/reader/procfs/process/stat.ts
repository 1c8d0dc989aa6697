import { escapeBytes } from '@procmap/shared/text/escape.ts';

/** The fields of /proc/PID/stat (proc_pid_stat(5)) that procmap uses. */
export interface Stat {
  /** Escaped. */
  readonly comm: string;
  /** One letter: R S D Z T t X I. */
  readonly state: string;
  readonly ppid: number;
  readonly kernelThread: boolean;
  readonly threads: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
}

/** include/linux/sched.h */
const PF_KTHREAD = 0x00200000;
const OPEN = 0x28;
const CLOSE = 0x29;

/**
 * Parses the file; null if it is malformed. comm may contain anything, even `) R 1`, so the fields begin after the
 * *last* parenthesis.
 */
export function parseStat(bytes: Buffer): Stat | null {
  const open = bytes.indexOf(OPEN);
  const close = bytes.lastIndexOf(CLOSE);
  if (open < 0 || close < open) return null;
  const fields = bytes.toString('latin1', close + 2).split(' ', 20);
  const [state = '', ppid = ''] = fields;
  const startTime = Number.parseInt(fields[19] ?? '', 10);
  if (state.length !== 1 || Number.isNaN(startTime)) return null;
  return {
    comm: escapeBytes(bytes.subarray(open + 1, close)),
    state,
    ppid: Number.parseInt(ppid, 10),
    kernelThread: (Number.parseInt(fields[6] ?? '', 10) & PF_KTHREAD) !== 0,
    threads: Number.parseInt(fields[17] ?? '', 10),
    startTime,
  };
}

const START_CODE = 23;
const START_STACK = 25;

/**
 * Identifies the address space, which changes by exec: the start addresses of program and stack, chosen anew by the
 * kernel. '' if they are hidden.
 */
export function spaceMark(bytes: Buffer): string {
  const fields = bytes.toString('latin1', bytes.lastIndexOf(CLOSE) + 2).split(' ', START_STACK + 1);
  return `${fields[START_CODE] ?? ''} ${fields[START_STACK] ?? ''}`;
}

const VSIZE = 20;

/**
 * True if the process has an address space, or if that is unknown. An ending thread gives it up before it becomes a
 * zombie.
 */
export function hasSpace(bytes: Buffer): boolean {
  return bytes.toString('latin1', bytes.lastIndexOf(CLOSE) + 2).split(' ', VSIZE + 1)[VSIZE] !== '0';
}

/** Ended, but not collected by its parent; its memory is already gone. */
export function isZombie({ state }: { readonly state: string }): boolean {
  return state === 'Z' || state === 'X' || state === 'x';
}
