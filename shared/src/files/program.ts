/** What a process runs, found without running anything: the link /proc/PID/exe and the head of the file behind it. Snake case, as the API says it. */
export interface Program {
  readonly pid: number;
  /** Visibly escaped; the kernel appends ` (deleted)` when the file is gone. Empty: it may not be read. */
  readonly exe: string;
  /** `ELF 64-bit, x86-64, position-independent, dynamically linked`; empty where the file cannot be read. */
  readonly exe_type: string;
  /** The dynamic linker that the file asks for; empty for a static one. */
  readonly interpreter: string;
}
