import { escapeBytes } from '@procmap/shared/text/escape.ts';

/** What /proc/PID/stat (proc_pid_stat(5)) says of a process, as far as procmap wants to know. */
export interface Stat {
  /** Visibly escaped. */
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

/** Parses the file's bytes; null when they are none. comm may hold anything, `) R 1` too: the fields begin behind the *last* parenthesis. */
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

/** What of stat tells one address space from the next that the process gets by exec: where the program and its stack begin, which the kernel chooses anew. '' where it does not tell. */
export function spaceMark(bytes: Buffer): string {
  const fields = bytes.toString('latin1', bytes.lastIndexOf(CLOSE) + 2).split(' ', START_STACK + 1);
  return `${fields[START_CODE] ?? ''} ${fields[START_STACK] ?? ''}`;
}

const VSIZE = 20;

/** Whether it has an address space: a thread that ends gives it up before it is a zombie. True where that is not told. */
export function hasSpace(bytes: Buffer): boolean {
  return bytes.toString('latin1', bytes.lastIndexOf(CLOSE) + 2).split(' ', VSIZE + 1)[VSIZE] !== '0';
}

/** Ended but not yet collected by its parent; the memory is gone already. */
export function isZombie({ state }: { readonly state: string }): boolean {
  return state === 'Z' || state === 'X' || state === 'x';
}
