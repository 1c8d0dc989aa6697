/** Fields of /proc/PID/status (proc_pid_status(5)). */
export interface Status {
  /** The process of this thread: its own id for the first thread. */
  readonly tgid: number;
  /** Effective user id, as ps(1) shows it. */
  readonly uid: number;
  /** KiB; null if the line is missing: no address space, or an older kernel. */
  readonly vsizeKb: number | null;
  readonly rssKb: number | null;
  /** Pages of hugetlbfs, which RSS does not include. Since Linux 4.4. */
  readonly hugetlbKb: number | null;
}

/** The kernel escapes newlines in `Name`, the first field, so no value can pose as another line. */
export function parseStatus(bytes: Buffer): Status {
  const text = bytes.toString('latin1');
  return {
    tgid: numberAfter(text, '\nTgid:\t', 0) ?? 0,
    // Real, effective, saved, file system.
    uid: numberAfter(text, '\nUid:\t', 1) ?? 0,
    vsizeKb: numberAfter(text, '\nVmSize:\t', 0),
    rssKb: numberAfter(text, '\nVmRSS:\t', 0),
    hugetlbKb: numberAfter(text, '\nHugetlbPages:\t', 0),
  };
}

/** The number in a tab-separated column of a line; null: there is none. */
function numberAfter(text: string, label: string, column: number): number | null {
  let at = text.indexOf(label);
  if (at < 0) return null;
  at += label.length;
  for (let i = 0; i < column; i++) at = text.indexOf('\t', at) + 1;
  // Digits only: none of these figures is negative.
  const digits = /^\s*([0-9]+)/.exec(text.slice(at, at + 24))?.[1];
  return digits === undefined ? null : Number(digits);
}
