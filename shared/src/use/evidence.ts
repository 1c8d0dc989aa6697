/** Pages [start, end). */
export interface PageRange {
  readonly start: number;
  readonly end: number;
}

/** A thread, and where its stack is. Source: /proc/PID/task/TID/syscall and comm. */
export interface ThreadSeen {
  readonly tid: number;
  /** Escaped. */
  readonly comm: string;
  /** Page of its stack pointer; null: not known, as it was running at every look so far, or has no user stack. */
  readonly stackPage: number | null;
}

/** The threads of a process. */
export interface ThreadEvidence {
  readonly threads: readonly ThreadSeen[];
  /** Guard pages without a mapping of their own (MADV_GUARD_INSTALL), where threads' stacks lie; ascending, disjoint. */
  readonly guards: readonly PageRange[];
  /** Threads that were not asked yet, to stay within the time of a look. */
  readonly left: number;
  /** A sentence on why stack pointers may not be read (yama's ptrace_scope); '': they may. */
  readonly denied: string;
}

/** What the program headers of the mapped ELF files tell. Source: the files process. */
export interface ObjectEvidence {
  /** Where each file's zeroed data (bss) lies, anonymous memory behind its last mapping; ascending, disjoint. */
  readonly bss: readonly PageRange[];
  /** The program was built by Go: it has Go's build id. */
  readonly isGo: boolean;
}

/** All that is known beside the map. A part that is null was not read: rules that need it give no name. */
export interface UseEvidence {
  /** FLAG_* bits of each row of the map; FLAGS_UNKNOWN where they are not known. */
  readonly flags: Uint32Array | null;
  readonly threads: ThreadEvidence | null;
  readonly objects: ObjectEvidence | null;
  /** Arguments of the process, separated by spaces, escaped; '': unknown. */
  readonly commandLine: string;
}
