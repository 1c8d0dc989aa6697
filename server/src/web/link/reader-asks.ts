import type { AvoidRequest, EndRequest, HelloRequest, PartRequest, ProcessInfo, ReaderHead, ReaderRequest } from '../../reader/protocol/protocol.ts';
import type { ReaderFault } from './reader-fault.ts';

export type Op = Exclude<ReaderRequest, PartRequest | EndRequest | AvoidRequest | HelloRequest>['op'];
/** A request without its id. */
export type Ask<O extends Op> = Omit<Extract<ReaderRequest, { op: O }>, 'id'>;

interface Answers {
  readonly processes: Extract<ReaderHead, { status: 'rows' | 'processes' }>;
  readonly system: Extract<ReaderHead, { status: 'system' }>;
  readonly map: Extract<ReaderHead, { status: 'map' | 'unchanged' }>;
  readonly memory: Extract<ReaderHead, { status: 'memory' }>;
  readonly file: Extract<ReaderHead, { status: 'file' }>;
  readonly program: Extract<ReaderHead, { status: 'program' }>;
  readonly kernel: Extract<ReaderHead, { status: 'kernel' }>;
  readonly smaps: Extract<ReaderHead, { status: 'smaps' }>;
  readonly pages: Extract<ReaderHead, { status: 'pages' }>;
  readonly peer: Extract<ReaderHead, { status: 'peer' }>;
  readonly leader: Extract<ReaderHead, { status: 'leader' }>;
  readonly forget: Extract<ReaderHead, { status: 'forgotten' }>;
}

export interface ReaderAnswer<O extends Op> {
  readonly head: Answers[O];
  /** Of `map`: a snapshot frame, in a buffer of its own; of `pages`: a byte a page. */
  readonly body: Uint8Array;
  /** Wall time from when the reader could begin with it, ms. */
  readonly tookMs: number;
}

/** A part of an answer: see ReaderHead. */
export type Part = Extract<ReaderHead, { status: 'figures' }>;

/** Who takes an answer in parts. */
export interface PartsTaker {
  /** The next part is not read before this one is done with. */
  readonly take: (part: Part, body: Uint8Array) => Promise<void>;
  /** Nobody wants the rest of it: rejects with what it says. */
  readonly signal: AbortSignal;
}

/** What is asked of the reader and not answered yet. */
export interface Pending {
  readonly id: number;
  readonly request: object;
  readonly what: string;
  /** Readers that died with it. */
  deaths: number;
  /** Of a list of processes: what of it has come already. */
  readonly rows: ProcessInfo[];
  readonly parts: PartsTaker | null;
  readonly onBusy: (bytes: number) => void;
  /** Something of it has come already. */
  begun: boolean;
  readonly resolve: (answer: ReaderAnswer<Op>) => void;
  readonly reject: (fault: ReaderFault) => void;
}
