import type { ReaderErrorWord } from '../reader/protocol.ts';

/** Why there is no answer: what the reader said, or that the kernel gave it none. */
export class ReaderFault extends Error {
  readonly word: ReaderErrorWord | 'stalled';

  constructor(word: ReaderErrorWord | 'stalled', message: string) {
    super(message);
    this.word = word;
  }
}
