import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captured } from '../../../../test/guest-kernel.ts';
import { coreFile } from '../../../../test/core-file.ts';
import { Malformed } from './malformed.ts';
import { headersEnd, parseProgramHeaders } from './program-headers.ts';

function kcore(guest: 'amd64-6.1' | 'i386' | 'arm64'): Buffer {
  return Buffer.from(captured(guest, 'kcore.base64') ?? '', 'base64');
}

describe('the headers of /proc/kcore', () => {
  it('of 64 bits', () => {
    const { machine, segments } = parseProgramHeaders(kcore('amd64-6.1'));
    expect(machine).toBe('x86_64');
    // As shown by readelf -lW, but vmalloc ends with its last page.
    expect(segments).toEqual([
      { start: 0xffffffff81000000n, end: 0xffffffff84430000n, physical: 0x1000000n },
      { start: 0xffffc90000000000n, end: 0xffffe90000000000n, physical: null },
      { start: 0xffffffffc0000000n, end: 0xffffffffff000000n, physical: null },
      { start: 0xffff888000001000n, end: 0xffff88800009f000n, physical: 0x1000n },
      { start: 0xffffea0000000000n, end: 0xffffea0000003000n, physical: null },
      { start: 0xffff888000100000n, end: 0xffff88803ffe0000n, physical: 0x100000n },
      { start: 0xffffea0000004000n, end: 0xffffea0001000000n, physical: null },
    ]);
  });

  it('of 32 bits', () => {
    const { machine, segments } = parseProgramHeaders(kcore('i386'));
    expect(machine).toBe('i386');
    expect(segments).toEqual([
      { start: 0xf77fe000n, end: 0xfeffe000n, physical: null },
      { start: 0xc0000000n, end: 0xf6ffe000n, physical: 0n },
    ]);
  });

  it('give back any segments, in the kernel’s order', () => {
    const pages = fc.integer({ min: 1, max: 1000 }).map((count) => BigInt(count) * 4096n);
    const segment = fc.record({ start: pages, size: pages, physical: fc.option(pages, { nil: null }) });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 20 }), fc.constantFrom('x86_64' as const, 'i386' as const, 'aarch64' as const), (list, machine) => {
        const given = [...list.map(({ start, size, physical }) => ({ start, end: start + size, physical })), { start: 4096n, end: 8192n, physical: null }];
        expect(parseProgramHeaders(coreFile(machine, given))).toEqual({ machine, segments: given });
      }),
    );
  });

  it('of a kernel that leaves all physical addresses 0 have none', () => {
    const zero = { start: 0xffffffff81000000n, end: 0xffffffff84430000n, physical: 0n };
    expect(parseProgramHeaders(coreFile('x86_64', [zero])).segments).toEqual([{ ...zero, physical: null }]);
  });

  it('have a known end, and are not used if incomplete', () => {
    const bytes = kcore('amd64-6.1');
    expect(headersEnd(bytes)).toBe(bytes.length);
    for (const length of [0, 4, 63, 64, bytes.length - 1]) expect(() => parseProgramHeaders(bytes.subarray(0, length))).toThrow(Malformed);
  });

  it.each([
    ['no ELF file', 0, 0x7e],
    ['big endian', 5, 2],
    ['no core file', 16, 2],
    ['of another machine', 18, 8],
    ['of 32 bits on a machine of 64', 4, 1],
  ])('are of no use when they are %s', (_, at, value) => {
    const bytes = Buffer.from(kcore('amd64-6.1'));
    bytes[at] = value;
    expect(() => parseProgramHeaders(bytes)).toThrow(Malformed);
  });

  it('never crash the parser, whatever the bytes', () => {
    const start = kcore('amd64-6.1');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(start.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(start.length), (changes, length) => {
        const bytes = Buffer.from(start.subarray(0, length));
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        try {
          parseProgramHeaders(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
