import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HALF, halvesIn } from './kernel-half.fixture.ts';
import type { KernelHalf } from './kernel-half.ts';
import { kernelMessage, parseServerMessage } from './messages.ts';
import { arePackedRanges, packRanges, unpackRanges } from './packed-ranges.ts';
import { layouts } from './table.fixture.ts';

function arrived(half: KernelHalf): KernelHalf | null {
  const message = parseServerMessage(kernelMessage(half));
  return message?.type === 'kernel' ? message.half : null;
}

it('comes out of the wire as it went in, for any half', () => {
  fc.assert(
    fc.property(layouts.chain(halvesIn), (half) => {
      expect(arrived(half)).toEqual(half);
      if (half.ranges !== null) expect(unpackRanges(packRanges(half.ranges))).toEqual(half.ranges);
    }),
  );
  expect(arrived(HALF)).toEqual(HALF);
});

it('is refused if it is invalid', () => {
  const good = { gaps: [1, 0], pages: [1, 2], perms: '37', shift: 'cl' };
  expect(arePackedRanges(good)).toBe(true);
  for (const bad of [
    { gaps: [1] },
    { gaps: [1, -1] },
    { gaps: [1, 0.5] },
    { gaps: [2 ** 52, 0] },
    { pages: [1, 0] },
    { pages: [NaN, 1] },
    { perms: '38' },
    { perms: '3' },
    { shift: 'c!' },
    { shift: 'clc' },
  ]) {
    expect(arePackedRanges({ ...good, ...bad }), JSON.stringify(bad)).toBe(false);
    expect(parseServerMessage(JSON.stringify({ type: 'kernel', half: { ...HALF, ranges: { ...good, ...bad } } }))).toBeNull();
  }
});

it('takes a quarter of what its columns would', () => {
  const count = 50_000;
  const columns = Array.from({ length: count }, (_, i) => i);
  const ranges = {
    start: columns.map((i) => 2 ** 51 + 6 * i),
    end: columns.map((i) => 2 ** 51 + 6 * i + 4),
    perms: columns.map(() => 3),
    shift: columns.map(() => 12),
  };
  expect(kernelMessage({ ...HALF, ranges }).length).toBeLessThan(JSON.stringify(ranges).length / 4);
});
