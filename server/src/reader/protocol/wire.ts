/**
 * Messages on a byte stream between reader and web process: u32 size of the rest, u32 size of the head, head (JSON),
 * body; little endian. The receiver puts the body into a buffer of its own, so that columns can be views into it.
 */
export interface Message {
  readonly head: unknown;
  readonly body: Uint8Array;
}

const PREFIX_BYTES = 8;
const NO_BODY = new Uint8Array(0);

/** The buffers to write, in order; the body is not copied. */
export function encodeMessage(head: object, body: Uint8Array = NO_BODY): Buffer[] {
  const headBytes = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32LE(4 + headBytes.length + body.length, 0);
  prefix.writeUInt32LE(headBytes.length, 4);
  const start = Buffer.concat([prefix, headBytes]);
  return body.length === 0 ? [start] : [start, Buffer.from(body.buffer, body.byteOffset, body.byteLength)];
}

/**
 * Assembles messages from chunks of any size. Copies the bytes of each message once, into its own buffer. push() throws
 * RangeError if the other end does not speak this protocol; close the stream then.
 */
export class MessageReader {
  readonly #mostBytes: number;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixFilled = 0;
  #head: Buffer | null = null;
  #headFilled = 0;
  #body: Uint8Array = NO_BODY;
  #bodyFilled = 0;

  /** `mostBytes`: maximum size of a message. A larger one is refused before memory is allocated for it. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Processes a chunk; returns the messages that it completes. */
  push(chunk: Buffer): Message[] {
    const messages: Message[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#head === null) at = this.#takePrefix(chunk, at);
      if (this.#head !== null) {
        at = this.#takeRest(chunk, at, this.#head);
        if (this.#headFilled === this.#head.length && this.#bodyFilled === this.#body.length) {
          messages.push({ head: parseHead(this.#head), body: this.#body });
          this.#head = null;
          this.#prefixFilled = 0;
        }
      }
    }
    return messages;
  }

  #takePrefix(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.#prefix, this.#prefixFilled, at);
    this.#prefixFilled += copied;
    if (this.#prefixFilled === PREFIX_BYTES) {
      const rest = this.#prefix.readUInt32LE(0);
      const headLength = this.#prefix.readUInt32LE(4);
      if (rest > this.#mostBytes || headLength === 0 || headLength + 4 > rest) throw new RangeError('reader protocol: impossible length');
      this.#head = Buffer.alloc(headLength);
      this.#body = new Uint8Array(rest - 4 - headLength);
      this.#headFilled = 0;
      this.#bodyFilled = 0;
    }
    return at + copied;
  }

  #takeRest(chunk: Buffer, at: number, head: Buffer): number {
    const headCopied = chunk.copy(head, this.#headFilled, at, at + head.length - this.#headFilled);
    this.#headFilled += headCopied;
    const from = at + headCopied;
    const bodyCopied = Math.min(chunk.length - from, this.#body.length - this.#bodyFilled);
    this.#body.set(chunk.subarray(from, from + bodyCopied), this.#bodyFilled);
    this.#bodyFilled += bodyCopied;
    return from + bodyCopied;
  }
}

function parseHead(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new RangeError('reader protocol: head is not JSON');
  }
}
