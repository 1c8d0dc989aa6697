import type { FileNow } from '@procmap/shared/files/file-now.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import type { Layout } from '@procmap/shared/layout.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { Program } from '@procmap/shared/files/program.ts';
import type { ObjectEvidence, ThreadEvidence } from '@procmap/shared/use/evidence.ts';
import type { Hangs } from './not-answering.ts';
import type { MissingRight } from '../procfs/rights/missing-rights.ts';
import type { TcpConnection } from './tcp-connection.ts';

/**
 * Requests from the web process to the reader: a fixed set of typed requests, none of which contains a path. Format on
 * the stream: u32 size of the rest, u32 size of the head, head (JSON), body; little endian. The reader is silent until
 * asked. It answers in the order of the requests, except for those that may take seconds (see ops.ts). During a long
 * read it sends `busy` heads, so that work can be told from a hang.
 */
export type ReaderRequest =
  /** Answered as soon as the reader is up. */
  | { readonly id: number; readonly op: 'hello' }
  | { readonly id: number; readonly op: 'processes' }
  | { readonly id: number; readonly op: 'system' }
  /**
   * `etag`: of the client's last answer, or null. If the bytes are the same, the answer is `unchanged`. `threads`: tell
   * about threads too, if there is more than this version of the client's; 0: it has none. Absent: they are not read.
   */
  | { readonly id: number; readonly op: 'map'; readonly pid: number; readonly etag: string | null; readonly threads?: number }
  | { readonly id: number; readonly op: 'memory'; readonly pid: number }
  /** Name and state of each thread. */
  | { readonly id: number; readonly op: 'threads'; readonly pid: number }
  /**
   * Figures of the mappings that overlap [startPage, endPage). Answered in parts; each next part must be requested by
   * `next`.
   */
  | { readonly id: number; readonly op: 'smaps'; readonly pid: number; readonly startPage: number; readonly endPage: number }
  /** States of pages [startPage, startPage + count). */
  | { readonly id: number; readonly op: 'pages'; readonly pid: number; readonly startPage: number; readonly count: number }
  /** `etag`: of the client's kernel half, or null. */
  | { readonly id: number; readonly op: 'kernel'; readonly etag: string | null }
  /** The user who owns the end `peer` of a local TCP connection to `own`. */
  | ({ readonly id: number; readonly op: 'peer' } & TcpConnection)
  /** The process of the thread with this id. */
  | { readonly id: number; readonly op: 'leader'; readonly pid: number }
  /** The program of a process; answered by the files process. */
  | { readonly id: number; readonly op: 'program'; readonly pid: number }
  /** The file at the path of the mapping that starts there; answered by the files process. */
  | { readonly id: number; readonly op: 'file'; readonly pid: number; readonly startPage: number }
  /** What the mapped ELF files of a process tell; answered by the files process. */
  | { readonly id: number; readonly op: 'objects'; readonly pid: number }
  /** Processes that blocked an earlier reader: see not-answering.ts. Not answered. */
  | ({ readonly id: number; readonly op: 'avoid' } & Hangs)
  /** Nobody watches this process any more: forget its last text. */
  | { readonly id: number; readonly op: 'forget'; readonly pid: number }
  /** Continue the answer to the request with this id, or stop it. Has no answer of its own. */
  | { readonly id: number; readonly op: 'next' }
  | { readonly id: number; readonly op: 'cancel' }
  /** Exit: threads of the reader hang. It is restarted by whoever runs it. */
  | { readonly id: number; readonly op: 'end' };

export type Op = ReaderRequest['op'];
export type RequestOf<O extends Op> = Extract<ReaderRequest, { op: O }>;

/** Cost of a read. `ms` is wall time without waiting for the client. */
export interface AsideCost {
  readonly ms: number;
  readonly bytes: number;
  readonly reads: number;
}

/** Machine words. The `message` beside it says what happened and what to do. */
export type ReaderErrorWord =
  'not_found' | 'no_mapping' | 'exited' | 'no_permission' | 'kernel_thread' | 'zombie' | 'unreadable' | 'too_large' | 'stalled' | 'bad_request';

/** What is known of the threads of a process. A version stands for one state. */
export interface ThreadNews extends ThreadEvidence {
  readonly version: number;
}

/** A thread at one moment. `comm` is escaped; `state`: one letter, see Stat. */
export interface ThreadState {
  readonly tid: number;
  readonly comm: string;
  readonly state: string;
}

export type ReaderHead =
  /** `bytes`: bytes of a map read so far; otherwise 0. */
  | { readonly id: number; readonly status: 'busy'; readonly bytes: number }
  /** Part of the answer to `processes`, ascending; `processes` has the last rows. */
  | {
      readonly id: number;
      readonly status: 'rows' | 'processes';
      readonly processes: readonly ProcessInfo[];
      /** In the last part: time to read the list, without time in which the kernel held the reader. */
      readonly readMs?: number;
    }
  /**
   * Not an answer: all processes that are left alone now, since a thread of the reader was held at one of their files.
   */
  | ({ readonly id: 0; readonly status: 'not-answering' } & Hangs)
  /** Not an answer: the kernel holds so many threads of this reader that it must be replaced. */
  | { readonly id: 0; readonly status: 'worn' }
  | {
      readonly id: number;
      readonly status: 'system';
      readonly system: SystemInfo;
      /** For a process of the machine's own width. */ readonly layout: Layout | null;
    }
  /** The body is a snapshot frame of shared/src/codec.ts with sequence 0. `cpuMs`: CPU time used. */
  | { readonly id: number; readonly status: 'map'; readonly etag: string; readonly cpuMs: number; readonly threads?: ThreadNews }
  | {
      readonly id: number;
      readonly status: 'unchanged';
      readonly etag: string;
      readonly cpuMs: number;
      readonly takenAt: number;
      readonly readMs: number;
      readonly bytes: number;
      readonly reads: number;
      readonly threads?: ThreadNews;
    }
  | { readonly id: number; readonly status: 'up' }
  | { readonly id: number; readonly status: 'memory'; readonly memory: Memory }
  /** Ascending by id. */
  | { readonly id: number; readonly status: 'threads'; readonly threads: readonly ThreadState[] }
  | { readonly id: number; readonly status: 'program'; readonly program: Program }
  | { readonly id: number; readonly status: 'file'; readonly file: FileNow }
  | { readonly id: number; readonly status: 'objects'; readonly objects: ObjectEvidence }
  /** null: the client's version is up to date. */
  | { readonly id: number; readonly status: 'kernel'; readonly etag: string; readonly half: KernelHalf | null }
  /**
   * A part of the answer to `smaps`. Body: rows of FIGURE_ROW_CELLS (shared/src/figures/mapping-figures.ts) as Float64Array.
   * `flagSets`: lines of VmFlags that are new since earlier parts.
   */
  | { readonly id: number; readonly status: 'figures'; readonly comm: string; readonly takenAt: number; readonly flagSets: readonly string[] }
  /** The end of that answer. `torn`: the process changed its map meanwhile. */
  | { readonly id: number; readonly status: 'smaps'; readonly comm: string; readonly takenAt: number; readonly torn: boolean; readonly cost: AsideCost }
  /**
   * Body: PAGE_* bits of shared/src/figures/page-states.ts, one byte per page. `swapTold`: false if some pages may be in swap space
   * without the kernel telling. `markerTold`: false if some pages reported as swapped may be markers. In `cost`, bytes
   * and reads refer to pagemap only.
   */
  | {
      readonly id: number;
      readonly status: 'pages';
      readonly comm: string;
      readonly takenAt: number;
      readonly swapTold: boolean;
      readonly markerTold: boolean;
      readonly cost: AsideCost;
    }
  | { readonly id: number; readonly status: 'leader'; readonly pid: number; readonly startTime: number }
  | { readonly id: number; readonly status: 'forgotten' }
  /** null: no user of this machine. */
  | { readonly id: number; readonly status: 'peer'; readonly uid: number | null }
  /** `cpuMs`: CPU time used, if it was much. */
  | { readonly id: number; readonly status: 'error'; readonly error: ReaderErrorWord; readonly message: string; readonly cpuMs?: number };

/**
 * A process as in the answer of GET /api/processes. Sizes in KiB, start_time in clock ticks since boot, texts escaped.
 */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  /** The process's label: see shared/src/text/process-label.ts. */
  readonly program: string;
  readonly what: string;
  /** Arguments separated by spaces: the first 3 KiB and the last 1 KiB, with `…` in place of the rest. */
  readonly cmdline: string;
  /** Number of bytes left out. */
  readonly cmdline_omitted: number;
  /** null here and in figures: unknown, since the process does not answer. */
  readonly uid: number | null;
  readonly user: string;
  readonly state: string;
  readonly threads: number | null;
  readonly vsize_kb: number | null;
  readonly rss_kb: number | null;
  readonly start_time: number;
  readonly kernel_thread: boolean;
  /** False: more rights are needed to read its map. */
  readonly readable: boolean;
  /** Belongs to procmap itself. */
  readonly own: boolean;
  /** False: the kernel holds requests for its files. Other fields are those of the last successful read, if any. */
  readonly answering: boolean;
}

/** Facts about the machine, for GET /api/system. */
export interface SystemInfo {
  readonly kernel_release: string;
  readonly arch: string;
  readonly bits: 64 | 32;
  readonly paging_levels: number;
  readonly page_size: number;
  readonly host: string;
  /** The reader's, from /proc/self/status. */
  readonly uid: number;
  readonly capabilities: readonly string[];
  /** Root started procmap; it runs in a container. */
  readonly root: boolean;
  readonly container: boolean;
  /** Every visible process can be read. */
  readonly reads_all: boolean;
  /** Capabilities that would reveal more, what is hidden without each, and how to get it. */
  readonly missing: readonly MissingRight[];
}

/**
 * Maximum size of a request. The reader is privileged, so it must not allocate more for a claimed length. Two addresses
 * and an etag fit many times.
 */
export const MAX_REQUEST_BYTES = 4096;

/** Maximum size of an answer: room for a snapshot of two million mappings. */
export const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
