import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { TextBuffer, TooLarge } from './text-buffer.ts';

const folder = mkdtempSync(join(tmpdir(), 'procmap-text-'));
const path = join(folder, 'text');
const ignore = (): void => undefined;

afterAll(() => rmSync(folder, { recursive: true }));

function held(text: TextBuffer): Buffer {
  return text.bytes.subarray(0, text.length);
}

/** Bytes that do not repeat at any distance that a fault could have. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0, state = 1; i < length; i++) bytes[i] = (state = (Math.imul(state, 1_103_515_245) + 12_345) | 0) >>> 16;
  return bytes;
}

/** Close to the sizes at which a read(2), a window and the buffer end. */
const length = fc.oneof(fc.nat(100), fc.integer({ min: 32_000, max: 34_000 }), fc.integer({ min: 64_000, max: 67_000 }), fc.nat(400_000));

it('a text is read whole, and counts as the same only if every byte is', async () => {
  await fc.assert(
    fc.asyncProperty(length, length, fc.option(fc.nat(400_000)), async (before, after, changed) => {
      const [old, next] = [noise(before), noise(after)];
      const at = changed ?? Infinity;
      if (at < after) next[at] = ~(next[at] ?? 0);
      const [known, text] = [new TextBuffer(), new TextBuffer()];
      writeFileSync(path, old);
      expect(await known.read(path, ignore)).toMatchObject({ bytes: before, same: false });
      expect(held(known).equals(old)).toBe(true);
      writeFileSync(path, next);
      const { bytes, same } = await text.read(path, ignore, known);
      expect({ bytes, same }).toEqual({ bytes: after, same: old.equals(next) });
      if (!same) expect(held(text).equals(next)).toBe(true);
      // The buffer is used again, and the known text is unchanged.
      expect((await text.read(path, ignore)).bytes).toBe(after);
      expect(held(text).equals(next)).toBe(true);
      expect(held(known).equals(old)).toBe(true);
    }),
    {
      examples: [
        [0, 0, null],
        [50, 50, null],
        [200_000, 200_000, null],
        [200_000, 200_000, 199_999],
        [200_000, 200_000, 0],
        [200_000, 0, null],
      ],
    },
  );
});

const KIB = 1024;

it('a text that exceeds the allowance for its lines is refused, without more memory than for a permitted one', async () => {
  const most = 256 * KIB;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 50, max: 8 * KIB }), fc.integer({ min: 0, max: 2 * KIB }), async (lineBytes, kib) => {
      const text = new TextBuffer(most);
      const all = Buffer.alloc(kib * KIB, `${'a'.repeat(lineBytes - 1)}\n`);
      const lines = Math.floor(all.length / lineBytes);
      writeFileSync(path, all);
      const read = text.read(path, ignore);
      // A part of the last line may count already.
      if (all.length > most + 128 * lines) await expect(read).rejects.toThrow(TooLarge);
      else expect((await read).bytes).toBe(all.length);
      expect(text.capacity).toBeLessThanOrEqual(2 * (most + 128 * (lines + 1) + 64 * KIB));
    }),
    {
      numRuns: 40,
      examples: [
        [100, 2 * KIB],
        [4096, 2 * KIB],
        [4096, 256],
      ],
    },
  );
});
