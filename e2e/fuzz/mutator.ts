import type { Random } from './random.ts';

const MAX_BYTES = 16 * 1024;
const MAX_CHANGES = 4;
const ODD_NUMBERS = [
  '0',
  '-1',
  '1',
  'ffffffff',
  '7fffffff',
  'ffffffffffffffff',
  '10000000000000000',
  '18446744073709551616',
  '4294967296',
  '1e3',
  '0x10',
  'NaN',
  '',
];
/** Hostile texts, and other names that processes use. */
const ODD_TEXTS = [
  '\0',
  '\n',
  '\r\n',
  '\t',
  '\x1b[2J',
  '\u202e',
  '\u200b',
  '\ufeff',
  '\u2028',
  '\\012',
  ' (deleted)',
  '<img src=x onerror=alert(1)>',
  '\xff\xfe',
  '=1+1',
  '"',
  "'",
  ',',
  ')',
  '%',
  '__proto__',
];

/** Mutates inputs, deterministically for its random numbers. */
export class Mutator {
  readonly #random: Random;
  readonly #words: readonly Buffer[];

  constructor(random: Random, words: readonly string[]) {
    this.#random = random;
    this.#words = [...words, ...ODD_NUMBERS, ...ODD_TEXTS].map((word) => Buffer.from(word));
  }

  /** Takes an input of the corpus and changes it in a few places. */
  mutate(corpus: readonly Buffer[]): Buffer {
    let input = Buffer.from(this.#random.of(corpus));
    for (let changes = 1 + this.#random.below(MAX_CHANGES); changes > 0; changes--) input = this.#change(input, corpus);
    return input.subarray(0, MAX_BYTES);
  }

  #change(input: Buffer<ArrayBuffer>, corpus: readonly Buffer[]): Buffer<ArrayBuffer> {
    const random = this.#random;
    const at = random.below(input.length + 1);
    const length = random.below(Math.min(64, input.length - at + 1));
    switch (random.below(10)) {
      case 0:
        if (at < input.length) input.writeUInt8((input[at] ?? 0) ^ (1 << random.below(8)), at);
        return input;
      case 1:
        if (at < input.length) input.writeUInt8(random.below(256), at);
        return input;
      case 2:
        return spliced(input, at, length, Buffer.alloc(0));
      case 3:
        return spliced(input, at, 0, input.subarray(at, at + length));
      case 4:
        return spliced(input, at, length, random.of(this.#words));
      case 5:
        return spliced(input, at, 0, random.of(this.#words));
      case 6: {
        // A piece of another input.
        const other = random.of(corpus);
        const from = random.below(other.length + 1);
        return spliced(input, at, length, other.subarray(from, from + random.below(256)));
      }
      case 7:
        return Buffer.from(input.subarray(0, at));
      case 8: {
        // A binary number, which may be a count or a size.
        if (input.length < 4) return input;
        const word = 4 * random.below(Math.floor(input.length / 4));
        input.writeUInt32LE(random.of([0, 1, 2, 0x7f, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, input.length, random.below(2 ** 31)]), word);
        return input;
      }
      default: {
        // Duplicates or removes a line.
        const start = input.lastIndexOf(0x0a, Math.max(0, at - 1)) + 1;
        const newline = input.indexOf(0x0a, at);
        const line = input.subarray(start, newline < 0 ? input.length : newline + 1);
        return random.below(2) === 0 ? spliced(input, start, line.length, Buffer.alloc(0)) : spliced(input, start, 0, line);
      }
    }
  }
}

function spliced(input: Buffer, at: number, removed: number, put: Buffer): Buffer<ArrayBuffer> {
  return Buffer.concat([input.subarray(0, at), put, input.subarray(at + removed)]);
}
