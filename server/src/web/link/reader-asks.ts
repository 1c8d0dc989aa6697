import type { Answers, AskedOp } from '../../reader/protocol/ops.ts';
import type { ProcessInfo, ReaderHead, RequestOf } from '../../reader/protocol/protocol.ts';
import type { ReaderFault } from './reader-fault.ts';

/** A request without its id. */
export type Ask<O extends AskedOp> = Omit<RequestOf<O>, 'id'>;

export interface ReaderAnswer<O extends AskedOp> {
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
  readonly resolve: (answer: ReaderAnswer<AskedOp>) => void;
  readonly reject: (fault: ReaderFault) => void;
}
