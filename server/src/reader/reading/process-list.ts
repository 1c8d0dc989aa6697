import { readdirSync } from 'node:fs';
import { labelOf } from '@procmap/shared/text/process-label.ts';
import { beatFor } from '../../common/beat.ts';
import type { ListPlan } from './list-plan.ts';
import type { ProcessInfo } from '../protocol/protocol.ts';
import { type CommandLine, readCommandLine } from '../procfs/process/command-line.ts';
import { whyNoSpace } from '../procfs/process/alive.ts';
import { isOwn } from '../procfs/process/own-processes.ts';
import { byLivingThread, liveFile, type Teller } from '../procfs/process/live-file.ts';
import { procPath, PROC_ROOT, readSmall } from '../procfs/process/proc-file.ts';
import { programOf } from '../procfs/process/read-label.ts';
import { parseStat, type Stat } from '../procfs/process/stat.ts';
import { parseStatus } from '../procfs/process/status.ts';
import { unreadProcess } from './unread-process.ts';
import { userName } from '../procfs/process/users.ts';

const NO_COMMAND_LINE: CommandLine = { argv: [], omittedBytes: 0 };
/** Rows per piece: some hundred KiB with long command lines. */
const ROWS_AT_ONCE = 64;

/**
 * Lists all visible processes in ascending order, in pieces. Leaves out a process that vanishes meanwhile, and reads no
 * files of those to avoid.
 */
export function listProcesses({ above, upTo = Infinity, avoid }: ListPlan, give: (rows: readonly ProcessInfo[]) => void): void {
  const pids = readdirSync(PROC_ROOT)
    .map(pidOf)
    .filter((pid) => pid > above && pid <= upTo)
    .sort((a, b) => a - b);
  const left = new Set(avoid);
  let rows: ProcessInfo[] = [];
  for (const pid of pids) {
    beatFor(pid);
    const row = left.has(pid) ? unreadProcess(pid) : readProcess(pid);
    if (row !== null) rows.push(row);
    if (rows.length >= ROWS_AT_ONCE) {
      give(rows);
      rows = [];
    }
  }
  beatFor(0);
  if (rows.length > 0) give(rows);
}

/** 0: not a process id. */
function pidOf(entry: string): number {
  const first = entry.charCodeAt(0);
  return first >= 0x31 && first <= 0x39 ? Number(entry) || 0 : 0;
}

function readProcess(pid: number): ProcessInfo | null {
  try {
    const stat = parseStat(readSmall(procPath(pid, 'stat')));
    if (stat === null) return null;
    return byLivingThread(
      pid,
      stat,
      (teller) => processInfo(pid, stat, teller),
      ({ cmdline }) => cmdline === '' && whyNoSpace(pid, stat) === null,
    );
  } catch {
    // It has gone since readdir(3), or is hidden (hidepid): the list shows what is visible now.
    return null;
  }
}

/** Throws the system's error. */
function processInfo(pid: number, stat: Stat, teller: Teller): ProcessInfo {
  const status = parseStatus(readSmall(liveFile(pid, teller, 'status')));
  const hasMemory = whyNoSpace(pid, stat) === null;
  const { argv, omittedBytes } = hasMemory ? readCommandLine(pid, teller) : NO_COMMAND_LINE;
  const program = hasMemory ? programOf(pid, teller) : '';
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
    // 0 for a process without memory, as ps prints it.
    vsize_kb: hasMemory ? status.vsizeKb : 0,
    rss_kb: hasMemory ? status.rssKb : 0,
    start_time: stat.startTime,
    kernel_thread: stat.kernelThread,
    readable: program !== null,
    own: isOwn(program ?? '', argv),
    answering: true,
  };
}
