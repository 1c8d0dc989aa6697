import type { ReaderErrorWord } from '../../reader/protocol/protocol.ts';

/** The reason why there is no answer: an error of the reader, or no response from the kernel. */
export class ReaderFault extends Error {
  readonly word: ReaderErrorWord | 'stalled';
  /** CPU time spent on the failed request. */
  readonly cpuMs: number;

  constructor(word: ReaderErrorWord | 'stalled', message: string, cpuMs = 0) {
    super(message);
    this.word = word;
    this.cpuMs = cpuMs;
  }
}

export const STALLED = 'the kernel did not answer in time: the process may hold its own memory map locked; procmap tries again';
export const DIED = 'the reader crashed on this request twice; see the log of the daemon';
/** Number of readers that a request may kill before it is given up. */
export const MAX_DEATHS = 2;
