import { PERM_EXEC, PERM_READ, PERM_WRITE } from '@procmap/shared/perms.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captured, WITH_MODULE } from '../../../test/guest-kernel.ts';
import { Malformed } from './root-files/malformed.ts';
import { MAX_RANGES, parseModuleRanges, parseModuleRegions } from './module-files.ts';

const SIZES = 'PAGE_SIZE,1000\nTASK_SIZE,7ffffffff000\n';
const RW = PERM_READ | PERM_WRITE;

function bitsOf(guest: string): 64 | 32 {
  return guest === 'i386' || guest === 'armhf' ? 32 : 64;
}

describe('kernel_regions', () => {
  it.each(WITH_MODULE)('of %s is read as it is written', (guest) => {
    const bits = bitsOf(guest);
    const text = captured(guest, 'kernel_regions') ?? '';
    const { regions, values } = parseModuleRegions(text, bits);
    const hex = (address: bigint): string => address.toString(16).padStart(bits / 4, '0');
    const mode = (perms: number | null): string => ['r', 'w', 'x'].map((letter, i) => ((perms ?? 0) & (1 << i) ? letter : '-')).join('');
    const again = [
      ...regions.map(({ name, start, end, perms }) => `${hex(start)},${hex(end)},${mode(perms)},${name}`),
      ...[...values].map(([key, value]) => `${key},${value.toString(16)}`),
    ];
    expect(`${again.join('\n')}\n`).toBe(text);
    expect(regions.every(({ kind, name, source }) => kind === name && source === 'lkm')).toBe(true);
  });

  it('may end at the top of the address space', () => {
    expect(parseModuleRegions(`ffffffffffe00000,ffffffffffffffff,---,top\n${SIZES}`, 64).regions).toMatchObject([{ end: 2n ** 64n, perms: 0 }]);
    expect(parseModuleRegions(`ffe00000,ffffffff,---,top\n${SIZES}`, 32).regions).toMatchObject([{ end: 2n ** 32n }]);
  });

  it.each([
    ['nothing', ''],
    ['no region', SIZES],
    ['no sizes', 'ffff888000000000,ffff88805ffe0000,rwx,direct map\n'],
    ['half a line', `ffff888000000000,ffff88805ffe0000,rwx,direct map\n${SIZES.slice(0, -1)}`],
    ['an end below the start', `ffff888000000000,ffff888000000000,rwx,direct map\n${SIZES}`],
    ['a region above the one before', `ffff888000000000,ffff888000001000,rwx,a\nffffc90000000000,ffffe90000000000,rw-,b\n${SIZES}`],
    ['addresses of another width', `c0000000,f6ffe000,rwx,direct map\n${SIZES}`],
    ['an unknown mode', `ffff888000000000,ffff88805ffe0000,???,direct map\n${SIZES}`],
    ['a name that controls a terminal', `ffff888000000000,ffff88805ffe0000,rwx,\x1b[2J\n${SIZES}`],
    ['a region behind the values', `ffff888000000000,ffff88805ffe0000,rwx,a\n${SIZES}ffff800000000000,ffff880000000000,---,b\n`],
    ['an empty line', `ffff888000000000,ffff88805ffe0000,rwx,a\n\n${SIZES}`],
  ])('with %s is not used', (_, text) => expect(() => parseModuleRegions(text, 64)).toThrow(Malformed));
});

describe('page_tables', () => {
  it.each(WITH_MODULE)('of %s is read to its end', (guest) => {
    const text = captured(guest, 'page_tables') ?? '';
    expect(parseModuleRanges(text, bitsOf(guest))?.start).toHaveLength(text.trim().split('\n').length);
  });

  it('gives back any ranges', () => {
    const sizes: [string, number][] = [
      ['4K', 12],
      ['16K', 14],
      ['64K', 16],
      ['1M', 20],
      ['2M', 21],
      ['32M', 25],
      ['512M', 29],
      ['1G', 30],
      ['512G', 39],
      ['4T', 42],
      ['not descended', 0],
    ];
    const range = fc.record({ gap: fc.nat(3), pages: fc.integer({ min: 1, max: 9 }), perms: fc.nat(7), size: fc.constantFrom(...sizes) });
    fc.assert(
      fc.property(fc.array(range, { minLength: 1 }), (list) => {
        let at = 0xffff_8000_0000_0n;
        const hex = (page: bigint): string => `${page.toString(16)}000`;
        const rows = list.map(({ gap, pages, perms, size }) => {
          const start = at + BigInt(gap);
          at = start + BigInt(pages);
          return { start, end: at, perms, size };
        });
        const mode = (perms: number): string => (perms & 1 ? 'r' : '-') + (perms & 2 ? 'w' : '-') + (perms & 4 ? 'x' : '-');
        const text = rows.map(({ start, end, perms, size: [word] }) => `${hex(start)},${hex(end)},${mode(perms)},${word}\n`).join('');
        expect(parseModuleRanges(text, 64)).toEqual({
          start: rows.map(({ start }) => Number(start)),
          end: rows.map(({ end }) => Number(end)),
          perms: rows.map(({ perms }) => perms),
          shift: rows.map(({ size: [, shift] }) => shift),
        });
      }),
    );
  });

  it('may reach the top', () => {
    expect(parseModuleRanges('ffffffffff600000,ffffffffffffffff,rw-,4K\n', 64)).toEqual({
      start: [0xffff_ffff_ff60_0],
      end: [2 ** 52],
      perms: [RW],
      shift: [12],
    });
    expect(parseModuleRanges('ffff0000,ffffffff,r-x,4K\n', 32)).toMatchObject({ end: [2 ** 20], perms: [PERM_READ | PERM_EXEC] });
  });

  it.each([
    ['nothing', ''],
    ['half a line', 'ffff888000000000,ffff888000098000,rw-,4K\nffff888000098000,ffff'],
    ['a range that is not above the one before', 'ffff888000000000,ffff888000098000,rw-,4K\nffff888000097000,ffff888000099000,r--,4K\n'],
    ['an end below the start', 'ffff888000098000,ffff888000000000,rw-,4K\n'],
    ['half a page', 'ffff888000000800,ffff888000098000,rw-,4K\n'],
    ['a page of 3 KiB', 'ffff888000000000,ffff888000098000,rw-,3K\n'],
    ['a page of 512 bytes', 'ffff888000000000,ffff888000098000,rw-,512B\n'],
    ['an unknown mode', 'ffff888000000000,ffff888000098000,xwr,4K\n'],
    ['a short top', 'ffff888000000000,fffffff,rw-,4K\n'],
  ])('with %s is not used', (_, text) => expect(() => parseModuleRanges(text, 64)).toThrow(Malformed));

  it('with too many ranges is not used at all', () => {
    const page = (i: number): string => `ffff8880${i.toString(16).padStart(5, '0')}000`;
    const lines = Array.from({ length: MAX_RANGES + 1 }, (_, i) => `${page(2 * i)},${page(2 * i + 1)},rw-,4K\n`);
    expect(parseModuleRanges(lines.slice(1).join(''), 64)?.start).toHaveLength(MAX_RANGES);
    expect(parseModuleRanges(lines.join(''), 64)).toBeNull();
  });
});
