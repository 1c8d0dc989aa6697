import type { ReaderErrorWord } from '../../reader/protocol/protocol.ts';

/** Why there is no answer: what the reader said, or that the kernel gave it none. */
export class ReaderFault extends Error {
  readonly word: ReaderErrorWord | 'stalled';
  /** What it took of a core to find out. */
  readonly cpuMs: number;

  constructor(word: ReaderErrorWord | 'stalled', message: string, cpuMs = 0) {
    super(message);
    this.word = word;
    this.cpuMs = cpuMs;
  }
}

export const STALLED = 'the kernel did not answer in time: the process may hold its own memory map locked; procmap tries again';
export const DIED = 'the reader crashed on this request twice; see the log of the daemon';
/** Readers that a question may have killed before it is asked no more. */
export const MAX_DEATHS = 2;
