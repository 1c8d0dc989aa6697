import type { ProcessInfo } from '../protocol/protocol.ts';

/** The row of a process whose files cannot be read, since the kernel holds such requests. */
export function unreadProcess(pid: number): ProcessInfo {
  return {
    pid,
    ppid: 0,
    comm: '',
    program: '',
    what: '',
    cmdline: '',
    cmdline_omitted: 0,
    uid: null,
    user: '',
    state: '',
    threads: null,
    vsize_kb: null,
    rss_kb: null,
    start_time: 0,
    kernel_thread: false,
    readable: true,
    own: false,
    answering: false,
  };
}
