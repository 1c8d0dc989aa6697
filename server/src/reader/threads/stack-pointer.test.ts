import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseStackPointer } from './stack-pointer.ts';

const address = fc.bigInt({ min: 4096n, max: 2n ** 64n - 1n });
const hex = (value: bigint): string => `0x${value.toString(16)}`;

it('is the second last word, in a system call and outside of one', () =>
  fc.assert(
    fc.property(fc.nat(500), fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 6, maxLength: 6 }), address, address, (call, args, sp, pc) => {
      const page = Number(sp >> 12n);
      expect(parseStackPointer(`${call} ${args.map(hex).join(' ')} ${hex(sp)} ${hex(pc)}\n`)).toBe(page);
      expect(parseStackPointer(`-1 ${hex(sp)} ${hex(pc)}\n`)).toBe(page);
    }),
  ));

it('is not known of a running thread, and there is none at 0', () => {
  expect(parseStackPointer('running\n')).toBe('running');
  for (const text of ['-1 0x0 0x0\n', '0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n', '', '\n', 'x', '1 2 3']) expect(parseStackPointer(text), text).toBeNull();
});

it('never is anything but a page, null or running', () =>
  fc.assert(
    fc.property(fc.string(), (text) => {
      const pointer = parseStackPointer(text);
      if (typeof pointer === 'number') expect(Number.isSafeInteger(pointer)).toBe(true);
      else expect(['running', null]).toContain(pointer);
    }),
  ));

it('lies in a mapping of this process, for each waiting thread', () => {
  const maps = readFileSync('/proc/self/maps', 'latin1').trimEnd().split('\n');
  const ranges = maps.map((line) => (line.split(' ')[0] ?? '').split('-').map((each) => Number.parseInt(each, 16) / 4096));
  const pointers = readdirSync('/proc/self/task').map((tid) => parseStackPointer(readFileSync(`/proc/self/task/${tid}/syscall`, 'latin1')));
  const pages = pointers.filter((each) => typeof each === 'number');
  expect(pages.length).toBeGreaterThan(1);
  for (const page of pages) expect(ranges.some(([start = 0, end = 0]) => start <= page && page < end)).toBe(true);
});
