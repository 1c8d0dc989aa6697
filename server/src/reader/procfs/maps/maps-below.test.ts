import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { mapsLine } from '../../../../test/fake-proc.ts';
import { mapsBelow } from './maps-below.ts';
import { TextBuffer } from './text-buffer.ts';

const folder = mkdtempSync(join(tmpdir(), 'procmap-below-'));
const path = join(folder, 'maps');

afterAll(() => rmSync(folder, { recursive: true }));

const PAGES = 2000;
const lines = Array.from({ length: PAGES }, (_, page) => mapsLine(2 * page, 1));

it('a text is read up to a complete line, and not much further than requested', async () => {
  writeFileSync(path, lines.join(''));
  const whole = lines.join('').length;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 2 * PAGES + 10 }), async (endPage) => {
      const text = new TextBuffer();
      const { bytes, same } = await text.read(path, () => undefined, null, mapsBelow(endPage));
      const read = text.bytes.toString('latin1', 0, text.length);
      expect({ bytes, same }).toEqual({ bytes: text.length, same: false });
      expect(lines.join('').startsWith(read)).toBe(true);
      expect(read.endsWith('\n')).toBe(true);
      const needed = lines.slice(0, Math.ceil(endPage / 2)).join('').length;
      expect(text.length).toBeGreaterThanOrEqual(Math.min(needed, whole));
      expect(text.length).toBeLessThanOrEqual(Math.min(whole, needed + 64 * 1024));
    }),
  );
});

it.each(['', '\n', 'no line of maps\n', '00010000-00011000 rw-p'])('%j is not enough', (text) => expect(mapsBelow(1)(Buffer.from(text), text.length)).toBe(-1));
