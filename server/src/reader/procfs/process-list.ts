import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { labelOf } from '@procmap/shared/process-label.ts';
import type { ProcessInfo } from '../protocol.ts';
import { type CommandLine, readCommandLine } from './command-line.ts';
import { isOwn } from './own-processes.ts';
import { procPath, PROC_ROOT, readSmall } from './proc-file.ts';
import { programOf } from './read-label.ts';
import { isZombie, parseStat } from './stat.ts';
import { parseStatus } from './status.ts';
import { userName } from './users.ts';

const NO_COMMAND_LINE: CommandLine = { argv: [], omittedBytes: 0 };
const YIELD_MS = 50;

/**
 * Every process that is visible, ascending by pid. One that vanishes meanwhile is left out. `avoid`: pids whose command line is not read, null for all: the kernel
 * needs the process's mmap_lock for it, and a reader before this one was killed while it waited for that.
 */
export async function listProcesses(avoid: ReadonlySet<number> | null, busy: () => void): Promise<ProcessInfo[]> {
  const processes: ProcessInfo[] = [];
  let yielded = performance.now();
  for (const entry of readdirSync(PROC_ROOT)) {
    const pid = pidOf(entry);
    if (pid === 0) continue;
    const process = readProcess(pid, avoid === null || avoid.has(pid));
    if (process !== null) processes.push(process);
    if (performance.now() - yielded > YIELD_MS) {
      busy();
      await setImmediate();
      yielded = performance.now();
    }
  }
  return processes.sort((a, b) => a.pid - b.pid);
}

/** 0 for what is no pid. */
function pidOf(entry: string): number {
  const first = entry.charCodeAt(0);
  return first >= 0x31 && first <= 0x39 ? Number(entry) || 0 : 0;
}

function readProcess(pid: number, avoidCmdline: boolean): ProcessInfo | null {
  try {
    const stat = parseStat(readSmall(procPath(pid, 'stat')));
    if (stat === null) return null;
    const status = parseStatus(readSmall(procPath(pid, 'status')));
    const hasMemory = !stat.kernelThread && !isZombie(stat);
    const { argv, omittedBytes } = hasMemory && !avoidCmdline ? readCommandLine(pid) : NO_COMMAND_LINE;
    const program = hasMemory ? programOf(pid) : '';
    return {
      pid,
      ppid: stat.ppid,
      comm: stat.comm,
      ...labelOf({ comm: stat.comm, exe: program ?? '', argv }),
      cmdline: argv.join(' '),
      cmdline_omitted: omittedBytes,
      uid: status.uid,
      user: userName(status.uid),
      state: stat.state,
      threads: stat.threads,
      vsize_kb: status.vsizeKb,
      rss_kb: status.rssKb,
      start_time: stat.startTime,
      kernel_thread: stat.kernelThread,
      readable: program !== null,
      own: isOwn(program ?? '', argv),
    };
  } catch {
    // Gone between readdir and here, or hidden (hidepid): the list is of what can be seen now.
    return null;
  }
}
