import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type LastText, LastTexts } from './last-texts.ts';
import { TextBuffer } from '../procfs/maps/text-buffer.ts';

const MIB = 2 ** 20;

/** A text buffer with a pretended size. */
class Sized extends TextBuffer {
  readonly #size: number;

  constructor(size: number) {
    super();
    this.#size = size;
  }

  override get capacity(): number {
    return this.#size;
  }
}

let count = 0;
function lastText(size = MIB): LastText {
  return { text: new Sized(size), etag: `1-x-${++count}`, torn: false };
}

describe('last texts', () => {
  it('keep the latest text of each process, least recently used first, within 32 processes and 48 MiB', () => {
    const step = fc.record({
      pid: fc.nat(40),
      op: fc.constantFrom('keep', 'keep', 'keep', 'get', 'forget'),
      size: fc.constantFrom(64 * 1024, MIB, 8 * MIB, 60 * MIB),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const last = new LastTexts();
        // A list, least recently used first.
        let model: [pid: number, kept: LastText][] = [];
        for (const { pid, op, size } of steps) {
          const known = model.find((entry) => entry[0] === pid);
          model = model.filter((entry) => entry !== known);
          if (op === 'forget') last.forget(pid);
          else if (op === 'get') {
            expect(last.get(pid)).toBe(known?.[1]);
            if (known !== undefined) model.push(known);
          } else {
            const kept = lastText(size);
            last.keep(pid, kept);
            model.push([pid, kept]);
            const bytes = (): number => model.reduce((sum, [, { text }]) => sum + text.capacity, 0);
            while (model.length > 1 && (model.length > 32 || bytes() > 48 * MIB)) model.shift();
          }
        }
        for (const [pid, kept] of model) expect(last.get(pid)).toBe(kept);
        for (let pid = 0; pid <= 40; pid++) if (!model.some((entry) => entry[0] === pid)) expect(last.get(pid)).toBeUndefined();
      }),
    );
  });

  it('that are large are dropped if unused for a minute, even the latest', () => {
    vi.useFakeTimers();
    try {
      const last = new LastTexts();
      const [large, asked, small] = [lastText(30 * MIB), lastText(15 * MIB), lastText()];
      last.keep(2, asked);
      last.keep(3, small);
      last.keep(1, large);
      vi.advanceTimersByTime(59_000);
      expect(last.get(1)).toBe(large);
      vi.advanceTimersByTime(59_000);
      expect([last.get(1), last.get(2)]).toEqual([large, undefined]);
      vi.advanceTimersByTime(61_000);
      expect([last.get(1), last.get(3)]).toEqual([undefined, small]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('belong to at most 32 processes, and the least recently used one is dropped first', () => {
    const last = new LastTexts();
    for (let pid = 0; pid < 32; pid++) last.keep(pid, lastText(1));
    expect(last.get(0)).toBeDefined();
    last.keep(32, lastText(1));
    expect(Array.from({ length: 33 }, (_, pid) => last.get(pid) === undefined).indexOf(true)).toBe(1);
    expect(Array.from({ length: 33 }, (_, pid) => last.get(pid)).filter((kept) => kept !== undefined)).toHaveLength(32);
  });

  it('keep the latest however large it is', () => {
    const last = new LastTexts();
    const large = lastText(200 * MIB);
    last.keep(1, lastText());
    last.keep(2, large);
    expect([last.get(1), last.get(2)]).toEqual([undefined, large]);
  });
});

describe('the spare', () => {
  it('is the buffer of the text that was replaced or forgotten, given once', () => {
    const last = new LastTexts();
    const [first, second] = [lastText(), lastText()];
    last.keep(1, first);
    last.keep(1, second);
    expect(last.takeSpare()).toBe(first.text);
    expect(last.takeSpare()).not.toBe(first.text);
    last.forget(1);
    expect(last.takeSpare()).toBe(second.text);
  });

  it('is a new one if there is none, and never one that holds a text', () => {
    const last = new LastTexts();
    const kept = lastText();
    last.keep(1, kept);
    const spare = last.takeSpare();
    expect(spare).not.toBe(kept.text);
    expect(spare).not.toBe(last.takeSpare());
  });

  it('is dropped if it is large', () => {
    const last = new LastTexts();
    const [large, small] = [new Sized(8 * MIB + 1), new Sized(8 * MIB)];
    last.release(large);
    expect(last.takeSpare()).not.toBe(large);
    last.release(small);
    expect(last.takeSpare()).toBe(small);
  });
});
