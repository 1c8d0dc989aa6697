/**
 * The program that a process runs, found without running anything: from the link /proc/PID/exe and the head of its
 * file. Snake case, as in the API.
 */
export interface Program {
  readonly pid: number;
  /** Escaped; the kernel appends ` (deleted)` when the file is gone. Empty when it may not be read. */
  readonly exe: string;
  /** `ELF 64-bit, x86-64, position-independent, dynamically linked`; empty when the file cannot be read. */
  readonly exe_type: string;
  /** The dynamic linker that the file names; empty for a static program. */
  readonly interpreter: string;
}
