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
  /** For `map`: a snapshot frame in its own buffer. For `pages`: one byte per page. */
  readonly body: Uint8Array;
  /** Wall time in ms, from the moment the reader could begin. */
  readonly tookMs: number;
}

/** A part of an answer: see ReaderHead. */
export type Part = Extract<ReaderHead, { status: 'figures' }>;

/** Receives an answer in parts. */
export interface PartsTaker {
  /** The next part is only read after the promise resolves. */
  readonly take: (part: Part, body: Uint8Array) => Promise<void>;
  /** Aborted if nobody wants the rest; the request is then rejected with left(). */
  readonly signal: AbortSignal;
}

/** A request to the reader that is not answered yet. */
export interface Pending {
  readonly id: number;
  readonly request: object;
  readonly what: string;
  /** Number of readers that died during this request. */
  deaths: number;
  /** Rows of a process list that have arrived so far. */
  readonly rows: ProcessInfo[];
  readonly parts: PartsTaker | null;
  readonly onBusy: (bytes: number) => void;
  /** A part of the answer has arrived. */
  begun: boolean;
  readonly resolve: (answer: ReaderAnswer<Op>) => void;
  readonly reject: (fault: ReaderFault) => void;
}
