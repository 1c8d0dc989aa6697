import { machine } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Layout } from '@procmap/shared/layout.ts';
import { inferLayout } from './maps/layout.ts';
import { ownPageSize } from './process/bitness.ts';

/**
 * Facts that do not change while the reader runs. They describe the running kernel, so they do not come from
 * PROCMAP_PROC.
 */
export interface Machine {
  readonly machine: string;
  readonly vmallocKib: number;
  readonly pageSize: number;
  /** x86_64: processes have the vsyscall page. Many kernels have none (CONFIG_LEGACY_VSYSCALL_NONE, vsyscall=none). */
  readonly vsyscall: boolean;
}

export function readMachine(): Machine {
  const vmalloc = /^VmallocTotal:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1];
  if (vmalloc === undefined) throw new Error('no VmallocTotal in /proc/meminfo');
  // uname -m returns i686 under `setarch i686`, even on a 64-bit kernel.
  return { machine: process.arch === 'x64' ? 'x86_64' : machine(), vmallocKib: Number(vmalloc), pageSize: ownPageSize(), vsyscall: hasVsyscall() };
}

/** The layout for a process of the machine's own width; null: procmap does not support this machine. */
export function machineLayout(machine: Machine): Layout | null {
  return inferLayout({ ...machine, processBits: 64, limitedTo3GiB: false, highestPage: 0 });
}

function hasVsyscall(): boolean {
  return readFileSync('/proc/self/maps', 'latin1').endsWith(' [vsyscall]\n');
}
