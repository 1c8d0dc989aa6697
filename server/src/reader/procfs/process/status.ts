/** Of /proc/PID/status (proc_pid_status(5)). */
export interface Status {
  /** The process that this thread belongs to: its own number for the first thread. */
  readonly tgid: number;
  /** Effective user id, as ps(1) shows it. */
  readonly uid: number;
  /** KiB; null where no such line is: of a process without an address space, or of an older kernel. */
  readonly vsizeKb: number | null;
  readonly rssKb: number | null;
  /** Pages of hugetlbfs, which are no part of RSS. From Linux 4.4 on. */
  readonly hugetlbKb: number | null;
}

/** `Name` comes first and is escaped by the kernel (no newline in it), so that no value can pass for another line. */
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

/** The number in column `column` (tabs between) of a line, or null when there is none. */
function numberAfter(text: string, label: string, column: number): number | null {
  let at = text.indexOf(label);
  if (at < 0) return null;
  at += label.length;
  for (let i = 0; i < column; i++) at = text.indexOf('\t', at) + 1;
  // Digits only: no figure of these is below 0.
  const digits = /^\s*([0-9]+)/.exec(text.slice(at, at + 24))?.[1];
  return digits === undefined ? null : Number(digits);
}
