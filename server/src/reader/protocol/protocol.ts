import type { FileNow } from '@procmap/shared/files/file-now.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import type { Layout } from '@procmap/shared/layout.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { Program } from '@procmap/shared/files/program.ts';
import type { Hangs } from './not-answering.ts';
import type { MissingRight } from '../procfs/rights/missing-rights.ts';
import type { TcpConnection } from './tcp-connection.ts';

/**
 * What the web process may ask of the reader: a fixed set of typed requests, nothing that names a path.
 * Over a stream: u32 bytes of the rest, u32 bytes of head, head (JSON), body. Little endian. The reader is silent until asked
 * and answers in the order of asking, but for what may take seconds (see ops.ts): that it answers when it can. While a long read goes on it sends `busy` heads, so that a hang can be told from work.
 */
export type ReaderRequest =
  /** Answered as soon as it is up. */
  | { readonly id: number; readonly op: 'hello' }
  | { readonly id: number; readonly op: 'processes' }
  | { readonly id: number; readonly op: 'system' }
  /** `etag` of the answer that the asker has: the same bytes again are answered by `unchanged`. */
  | { readonly id: number; readonly op: 'map'; readonly pid: number; readonly etag: string | null }
  | { readonly id: number; readonly op: 'memory'; readonly pid: number }
  /** Figures of the mappings that overlap [startPage, endPage). Answered in parts, of which the next one comes when `next` was asked. */
  | { readonly id: number; readonly op: 'smaps'; readonly pid: number; readonly startPage: number; readonly endPage: number }
  /** States of pages [startPage, startPage + count). */
  | { readonly id: number; readonly op: 'pages'; readonly pid: number; readonly startPage: number; readonly count: number }
  /** `etag` of the kernel half that the asker has, or null. */
  | { readonly id: number; readonly op: 'kernel'; readonly etag: string | null }
  /** Whose program holds the end `peer` of a TCP connection of this machine to `own`. */
  | ({ readonly id: number; readonly op: 'peer' } & TcpConnection)
  /** The process that a thread of this number belongs to. */
  | { readonly id: number; readonly op: 'leader'; readonly pid: number }
  /** What a process runs; answered by the process `files`. */
  | { readonly id: number; readonly op: 'program'; readonly pid: number }
  /** What lies now at the path of the mapping that starts there; the same. */
  | { readonly id: number; readonly op: 'file'; readonly pid: number; readonly startPage: number }
  /** Processes at which a reader before this one was held: see not-answering.ts. Not answered. */
  | ({ readonly id: number; readonly op: 'avoid' } & Hangs)
  /** Nobody watches this pid any more: forget its last bytes. */
  | { readonly id: number; readonly op: 'forget'; readonly pid: number }
  /** The next part of the answer to the request of this id; or no more of it. Neither is answered by itself. */
  | { readonly id: number; readonly op: 'next' }
  | { readonly id: number; readonly op: 'cancel' }
  /** End: threads of it hang, and whoever started it starts it again. */
  | { readonly id: number; readonly op: 'end' };

export type Op = ReaderRequest['op'];
export type RequestOf<O extends Op> = Extract<ReaderRequest, { op: O }>;

/** Pages that are asked for at once, at most: 512 KiB of pagemap. */
export const MAX_PAGES = 65_536;

/** What a reading took: of the wall clock, without waiting for whom it is sent to. */
export interface AsideCost {
  readonly ms: number;
  readonly bytes: number;
  readonly reads: number;
}

/** Machine words; `message` beside it says what happened and what to do. */
export type ReaderErrorWord =
  'not_found' | 'no_mapping' | 'exited' | 'no_permission' | 'kernel_thread' | 'zombie' | 'unreadable' | 'too_large' | 'stalled' | 'bad_request';

export type ReaderHead =
  /** `bytes`: read so far for a map; else 0. */
  | { readonly id: number; readonly status: 'busy'; readonly bytes: number }
  /** Some of the answer to `processes`, ascending; `processes` brings the last ones. */
  | {
      readonly id: number;
      readonly status: 'rows' | 'processes';
      readonly processes: readonly ProcessInfo[];
      /** At the end: what it took, without the time that the kernel held it for. */
      readonly readMs?: number;
    }
  /** Of no request: all that are left alone now, since the kernel held a thread of the reader at one of their files. */
  | ({ readonly id: 0; readonly status: 'not-answering' } & Hangs)
  /** Of no request: the kernel holds so many threads of this reader that another one has to take its place. */
  | { readonly id: 0; readonly status: 'worn' }
  | {
      readonly id: number;
      readonly status: 'system';
      readonly system: SystemInfo;
      /** Of a process of the machine's own width. */ readonly layout: Layout | null;
    }
  /** The body is a snapshot frame of shared/codec.ts with sequence 0. `cpuMs`: what it took of a core. */
  | { readonly id: number; readonly status: 'map'; readonly etag: string; readonly cpuMs: number }
  | {
      readonly id: number;
      readonly status: 'unchanged';
      readonly etag: string;
      readonly cpuMs: number;
      readonly takenAt: number;
      readonly readMs: number;
      readonly bytes: number;
      readonly reads: number;
    }
  | { readonly id: number; readonly status: 'up' }
  | { readonly id: number; readonly status: 'memory'; readonly memory: Memory }
  | { readonly id: number; readonly status: 'program'; readonly program: Program }
  | { readonly id: number; readonly status: 'file'; readonly file: FileNow }
  /** null: it is the one that the asker has. */
  | { readonly id: number; readonly status: 'kernel'; readonly etag: string; readonly half: KernelHalf | null }
  /** A part of the answer to `smaps`. The body: rows of FIGURE_ROW_CELLS (shared/mapping-figures.ts) as Float64Array. `flagSets`: lines of VmFlags that no part had before. */
  | { readonly id: number; readonly status: 'figures'; readonly comm: string; readonly takenAt: number; readonly flagSets: readonly string[] }
  /** The end of it. `torn`: the process changed its map meanwhile. */
  | { readonly id: number; readonly status: 'smaps'; readonly comm: string; readonly takenAt: number; readonly torn: boolean; readonly cost: AsideCost }
  /** The body: PAGE_* bits of shared/page-states.ts, one byte a page. `swapTold`: false where some of them may be in swap space without that being told; `markerTold`: false where some that are said to be swapped may be markers. Of its cost, bytes and reads are of pagemap alone. */
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
  /** null: nobody's on this machine. */
  | { readonly id: number; readonly status: 'peer'; readonly uid: number | null }
  /** `cpuMs`: what it took of a core, where that was much. */
  | { readonly id: number; readonly status: 'error'; readonly error: ReaderErrorWord; readonly message: string; readonly cpuMs?: number };

/** As GET /api/processes answers it. Sizes in KiB, start_time in clock ticks since boot, texts visibly escaped. */
export interface ProcessInfo {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  /** Which process it is: see shared/process-label.ts. */
  readonly program: string;
  readonly what: string;
  /** Arguments with spaces between them: the first 3 KiB and the last 1 KiB, with `…` where the rest was left out. */
  readonly cmdline: string;
  /** Bytes of it that were left out. */
  readonly cmdline_omitted: number;
  /** null, as figures: it is not known, since the process does not answer. */
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
  /** It is one of procmap's own processes. */
  readonly own: boolean;
  /** False: the kernel holds who reads its files; the rest is as it was read last, if it ever was. */
  readonly answering: boolean;
}

/** What the reader knows of the machine, for GET /api/system. */
export interface SystemInfo {
  readonly kernel_release: string;
  readonly arch: string;
  readonly bits: 64 | 32;
  readonly paging_levels: number;
  readonly page_size: number;
  readonly host: string;
  /** Of the reader, from /proc/self/status. */
  readonly uid: number;
  readonly capabilities: readonly string[];
  /** Whether root started procmap, and whether in a container. */
  readonly root: boolean;
  readonly container: boolean;
  /** True when any process that can be seen can be read. */
  readonly reads_all: boolean;
  /** Capabilities that would show more, what is hidden without each, and how to have it. */
  readonly missing: readonly MissingRight[];
}

/** Largest request: the reader, which has the rights, sets no more than this aside because a length was claimed. Two addresses and an etag fit many times. */
export const MAX_REQUEST_BYTES = 4096;

/** Largest answer: a snapshot of two million mappings fits. */
export const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
