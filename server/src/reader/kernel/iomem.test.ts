import { expect, it } from 'vitest';
import { captured } from '../../../test/guest-kernel.ts';
import { NO_MEMORY, parseIomem, ramEnd } from './iomem.ts';

it('finds memory and the parts of the image', () => {
  const memory = parseIomem(captured('amd64-6.1', 'iomem') ?? '');
  expect(memory).toEqual({
    ram: [
      { start: 0x1000n, end: 0x9fc00n },
      { start: 0x100000n, end: 0x3ffe0000n },
    ],
    code: { start: 0x1000000n, end: 0x1e01d32n },
    rodata: { start: 0x2000000n, end: 0x28eb000n },
    data: { start: 0x2a00000n, end: 0x2c48980n },
    bss: { start: 0x3310000n, end: 0x4400000n },
  });
  expect(ramEnd(memory)).toBe(0x3ffe0000n);
});

it('joins adjacent memory, also that of a driver below something else', () => {
  const text = `00000000-00000fff : System RAM
00001000-0009ffff : System RAM
100000000-1ffffffff : Persistent Memory
  100000000-17fffffff : dax0.0
    100000000-13fffffff : System RAM (kmem)
    140000000-17fffffff : System RAM (kmem)
200000000-2ffffffff : System RAMs
`;
  expect(parseIomem(text).ram).toEqual([
    { start: 0n, end: 0xa0000n },
    { start: 0x100000000n, end: 0x180000000n },
  ]);
});

it.each([
  ['zeros', (captured('amd64-6.1', 'iomem') ?? '').replace(/(?<=^ *|^ *[0-9a-f]+-)[0-9a-f]+/gm, (digits) => '0'.repeat(digits.length))],
  ['nothing', ''],
  ['something else', 'no such thing\n'],
])('finds nothing in %s', (_, text) => {
  expect(parseIomem(text)).toEqual(NO_MEMORY);
  expect(ramEnd(parseIomem(text))).toBeNull();
});
