import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, realpathSync, statSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildIdOf, readBuildId } from './build-id.ts';
import { elfAddress } from './elf-address.ts';
import { readElf } from './elf.ts';
import { readsOf } from './file-reads.ts';

/** A selection of this machine's programs and libraries. */
const SYSTEM = ['/usr/bin', `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`]
  .flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : []))
  .filter((file) => existsSync(file) && statSync(file).isFile())
  .filter((_, i, all) => i % Math.ceil(all.length / 50) === 0);

function readelf(option: string, file: string): string {
  return execFileSync('readelf', [option, file], {
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function withElf<T>(file: string, what: (elf: NonNullable<Awaited<ReturnType<typeof readElf>>>, fd: number) => Promise<T>): Promise<T | null> {
  const fd = openSync(file, 'r');
  try {
    const elf = await readElf(readsOf(fd));
    return elf === null ? null : await what(elf, fd);
  } finally {
    closeSync(fd);
  }
}

describe('a build id', () => {
  it('is the one that readelf shows, for programs and libraries', async () => {
    let found = 0;
    for (const file of [...SYSTEM, realpathSync(process.execPath)]) {
      const told = await withElf(file, async (elf, fd) => [await readBuildId(elf, readsOf(fd))] as const);
      if (told === null) continue;
      const [, expected = null] = /Build ID: ([0-9a-f]+)/.exec(readelf('-nW', file)) ?? [];
      expect([file, told[0]]).toEqual([file, expected]);
      if (expected !== null) found++;
    }
    expect(found).toBeGreaterThan(10);
  });

  /** A padded note. */
  function note(name: string, type: number, bytes: Buffer, align: 4 | 8): Buffer {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(name.length, 0);
    head.writeUInt32LE(bytes.length, 4);
    head.writeUInt32LE(type, 8);
    const filled = (part: Buffer): Buffer => Buffer.concat([part, Buffer.alloc(-part.length & (align - 1))]);
    return filled(Buffer.concat([filled(Buffer.concat([head, Buffer.from(name, 'latin1')])), bytes]));
  }

  it('is found among other notes, whatever they are', () => {
    const other = fc.record({ name: fc.constantFrom('GNU\0', 'Go\0\0', 'x', ''), type: fc.constantFrom(1, 2, 4, 5), bytes: fc.uint8Array({ maxLength: 40 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(4 as const, 8 as const),
        fc.array(other, { maxLength: 4 }),
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        (align, others, id) => {
          const before = others.map(({ name, type, bytes }) => note(name, type, Buffer.from(bytes), align));
          expect(buildIdOf(Buffer.concat([...before, note('GNU\0', 3, Buffer.from(id), align)]), align)).toBe(Buffer.from(id).toString('hex'));
          expect(buildIdOf(Buffer.concat(before), align)).toBeNull();
        },
      ),
    );
  });

  it('of a malicious file is null, or hex of 64 bytes at most', () => {
    const words = fc.array(fc.oneof(fc.nat(70), fc.constantFrom(0xffffffff, 0x7fffffff, 0x80000000, 0x00554e47)), { maxLength: 60 });
    fc.assert(
      fc.property(words, fc.constantFrom(4 as const, 8 as const), fc.nat(3), (numbers, align, cut) => {
        const bytes = Buffer.alloc(4 * numbers.length);
        numbers.forEach((number, i) => bytes.writeUInt32LE(number, 4 * i));
        const id = buildIdOf(bytes.subarray(0, Math.max(0, bytes.length - cut)), align);
        if (id !== null) expect(id).toMatch(/^([0-9a-f]{2}){1,64}$/);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Load bias of the program. */
const BIAS_PAGES = 0x7f_dead_beef;

describe('an address of the file', () => {
  it('is the segment’s link-time address, for each way in which the kernel maps one', async () => {
    for (const file of SYSTEM) {
      await withElf(file, (elf) => {
        const loads = readelf('-lW', file).matchAll(/^ +LOAD +0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+) 0x[0-9a-f]+ (R?)[ ]?(W?)[ ]?(E?)/gm);
        let firstPage: number | null = null;
        for (const [, offset = '', address = '', size = '', , w, x] of loads) {
          if (Number.parseInt(size, 16) === 0) continue;
          const first = Number.parseInt(offset, 16);
          const expected = BigInt(`0x${address}`) - BigInt(first % 4096);
          const startPage = BIAS_PAGES + Number(expected / 4096n);
          firstPage ??= startPage;
          const mapping = { offset: first - (first % 4096), executable: x === 'E', writable: w === 'W', startPage, firstPage };
          expect([file, offset, elfAddress(elf, mapping)]).toEqual([file, offset, expected]);
          // As if made read-only after relocation.
          if (w === 'W') expect([file, offset, elfAddress(elf, { ...mapping, writable: false })]).toEqual([file, offset, expected]);
        }
        return Promise.resolve(null);
      });
    }
  });

  it('is null for an offset that no segment is loaded from', async () =>
    expect(
      await withElf('/bin/true', (elf) =>
        Promise.resolve(elfAddress(elf, { offset: 2 ** 40, executable: false, writable: false, startPage: 1, firstPage: null })),
      ),
    ).toBeNull());
});
