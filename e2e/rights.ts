import { readFileSync } from 'node:fs';
import { childrenOf, type Daemon } from './daemon.ts';

export interface Rights {
  readonly uid: number;
  /** A mask of the capabilities that it has or could take. */
  readonly permitted: bigint;
  readonly noNewPrivileges: boolean;
}

/** The rights in GET /api/system. */
export interface SystemRights {
  readonly uid: number;
  readonly capabilities: readonly string[];
  readonly reads_all: boolean;
  readonly missing: readonly { readonly capability: string; readonly hides: string; readonly remedy: string }[];
  readonly notes: readonly string[];
  readonly kernel_note: string;
}

/** The child of a daemon whose command line contains this word. */
export function childWith(daemon: Daemon, word: string): number {
  const pid = childrenOf(daemon.pid).find((child) => readFileSync(`/proc/${child}/cmdline`, 'latin1').includes(word));
  if (pid === undefined) throw new Error(`no ${word} among the children`);
  return pid;
}

/** The rights of a process, from the kernel. */
export function rightsOf(pid: number): Rights {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  return { uid: Number(field('Uid')), permitted: BigInt(`0x${field('CapPrm')}`), noNewPrivileges: field('NoNewPrivs') === '1' };
}
