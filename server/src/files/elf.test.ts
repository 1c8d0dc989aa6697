import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures } from '../../../e2e/fixtures/fixture.ts';
import { type Elf, elfText, readElf, type ReadAt } from './elf.ts';

const FIXTURES = join(import.meta.dirname, '../../../e2e/fixtures/bin/');
const NODE = process.execPath;

/** The most that a program can make it read at once: 128 headers of the maximum size. */
const MAX_READ = 128 * 65_535;

/** Reads from bytes like from a file; rejects reads that a file would not permit. */
function readsOf(bytes: Buffer): ReadAt {
  return (position, length) => {
    if (!Number.isSafeInteger(position) || position < 0 || !Number.isSafeInteger(length) || length < 0 || length > MAX_READ)
      throw new Error(`an impossible read: ${length} bytes at ${position}`);
    const from = Math.min(position, bytes.length);
    return Promise.resolve(bytes.subarray(from, Math.min(from + length, bytes.length)));
  };
}

function elfOf(bytes: Buffer): Promise<Elf | null> {
  return readElf(readsOf(bytes));
}

/** The beginning of a file. For programs it contains the header and the name of the linker. */
function beginningOf(file: string, most = 65_536): Buffer {
  const bytes = Buffer.alloc(most);
  const fd = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(fd, bytes, 0, most, 0));
  } finally {
    closeSync(fd);
  }
}

function interpreterOf(bytes: Buffer, elf: Elf | null): string {
  const { offset = 0, size = 0 } = elf?.interpreter ?? {};
  return bytes.toString('latin1', offset, offset + size).split('\0')[0] ?? '';
}

/** The description by readelf(1); null: not a program. */
function readelf(file: string): { bits: number; pie: boolean; interpreter: string } | null {
  const text = execFileSync('readelf', ['-hlW', file], {
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const type = /^ +Type: +(\w+)/m.exec(text)?.[1];
  if (type !== 'DYN' && type !== 'EXEC') return null;
  return {
    bits: Number(/Class: +ELF([0-9]+)/.exec(text)?.[1]),
    pie: type === 'DYN',
    interpreter: /Requesting program interpreter: ([^\]]+)\]/.exec(text)?.[1] ?? '',
  };
}

beforeAll(() => buildFixtures());

describe('a program', () => {
  it('is described like readelf does', async () => {
    const isElf = (file: string): boolean => statSync(file).isFile() && beginningOf(file, 4).toString('latin1') === '\x7fELF';
    const system = readdirSync('/usr/bin').map((name) => `/usr/bin/${name}`);
    // Each runs readelf, so only a selection is tested.
    const some = system.filter((file) => existsSync(file) && isElf(file)).filter((_, i, all) => i % Math.ceil(all.length / 40) === 0);
    expect(some.length).toBeGreaterThan(10);
    for (const file of [...some, NODE, ...readdirSync(FIXTURES).map((name) => FIXTURES + name)].filter(isElf)) {
      const bytes = readFileSync(file);
      const elf = await elfOf(bytes);
      const told = elf === null ? null : { bits: elf.bits, pie: elf.positionIndependent, interpreter: interpreterOf(bytes, elf) };
      expect([file, told]).toEqual([file, readelf(file)]);
    }
  });

  it.runIf(process.arch === 'x64')('is described in words', async () => {
    const words = async (file: string): Promise<string> => {
      const elf = await elfOf(readFileSync(file));
      return elf === null ? '' : elfText(elf);
    };
    expect(await words('/bin/true')).toBe('ELF 64-bit, x86-64, position-independent, dynamically linked');
    expect(await words(`${FIXTURES}resident`)).toBe('ELF 64-bit, x86-64, at a fixed address, statically linked');
    if (existsSync(`${FIXTURES}bits32`)) expect(await words(`${FIXTURES}bits32`)).toBe('ELF 32-bit, i386, position-independent, dynamically linked');
  });

  it('with program headers of an invalid size gets none of them read: they could have any length', async () => {
    const lengths: number[] = [];
    const head = readFileSync(process.execPath).subarray(0, 64);
    head.writeUInt16LE(0xffff, 54);
    head.writeUInt16LE(0xffff, 56);
    const elf = await readElf((position, length) => {
      lengths.push(length);
      return Promise.resolve(head.subarray(Math.min(position, 64), position + length));
    });
    expect(elf?.interpreter).toBeNull();
    expect(lengths).toEqual([64]);
  });

  it('of an unknown machine is shown with its number', async () => {
    const bytes = beginningOf('/bin/true');
    bytes.writeUInt16LE(4711, 18);
    expect(await elfOf(bytes)).toMatchObject({ machine: 'machine 4711' });
  });
});

describe('a file that is not a program', () => {
  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['a script', Buffer.from(`#!/bin/sh\n${'#'.repeat(100)}`)],
    ['zeros', Buffer.alloc(4096)],
    ['a magic number alone', Buffer.from('\x7fELF', 'latin1')],
    ['the magic number before anything', Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(100, 0xff)])],
  ])('(%s) is called none', async (_, bytes) => expect(await elfOf(bytes)).toBeNull());

  it.each<[string, number, number]>([
    ['a class that there is not', 4, 3],
    ['big endian', 5, 2],
    ['an object file', 16, 1],
    ['a core dump', 16, 4],
  ])('(%s) is called none', async (_, at, value) => {
    const bytes = beginningOf('/bin/true');
    bytes[at] = value;
    expect(await elfOf(bytes)).toBeNull();
  });

  it('(a program cut off) is none, or a program without what was behind', async () => {
    for (const file of ['/bin/true', `${FIXTURES}bits32`, `${FIXTURES}resident`].filter((each) => existsSync(each))) {
      const bytes = beginningOf(file, 4096);
      const whole = await elfOf(bytes);
      const least = whole?.bits === 32 ? 52 : 64;
      for (let length = 0; length < 1200; length++) {
        const cut = await elfOf(bytes.subarray(0, length));
        expect([length, cut === null]).toEqual([length, length < least]);
        // It may have fewer program headers.
        if (cut?.interpreter !== null && cut !== null) expect({ ...cut, segments: [] }).toEqual({ ...whole, segments: [] });
      }
    }
  });
});

describe('a file that wants to do harm', () => {
  /** The result is null or plausible, and no impossible read was made. */
  async function expectSane(bytes: Buffer): Promise<void> {
    const elf = await elfOf(bytes);
    if (elf === null) return;
    expect([32, 64]).toContain(elf.bits);
    expect(elfText(elf)).toMatch(/^ELF (32|64)-bit, [\w/ -]+, (position-independent|at a fixed address), (static|dynamic)ally linked$/);
    if (elf.interpreter === null) return;
    const { offset, size } = elf.interpreter;
    expect([Number.isSafeInteger(offset), offset >= 0, Number.isInteger(size), size >= 0, size <= 4096]).toEqual([true, true, true, true, true]);
  }

  const interesting = fc.oneof(fc.constantFrom(0, 1, 2, 3, 0x20, 0x38, 0x7f, 0x80, 0xff), fc.nat(255));
  const files = fc.constantFrom('/bin/true', `${FIXTURES}bits32`, `${FIXTURES}resident`);

  it('by a few bytes of a real head is never believed', async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.array(fc.tuple(fc.oneof(fc.nat(63), fc.nat(1023)), interesting), { maxLength: 12 }),
        fc.nat(4096),
        async (file, changes, length) => {
          fc.pre(existsSync(file));
          const bytes = beginningOf(file, 4096);
          for (const [at, value] of changes) bytes[at] = value;
          await expectSane(bytes.subarray(0, length));
          await expectSane(bytes);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('by numbers of its own in every field is never believed', async () => {
    const word = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.constantFrom(0xffffffff, 0x7fffffff, 0x80000000));
    const long = fc.oneof(
      fc.bigInt({ min: 0n, max: 400n }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(2n ** 53n, 2n ** 63n, 2n ** 64n - 1n),
    );
    const short = fc.oneof(fc.nat(200), fc.constantFrom(0xffff, 0x38, 0x20));
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        long,
        word,
        short,
        short,
        long,
        long,
        word,
        fc.uint8Array({ maxLength: 600 }),
        async (wide, table, table32, size, count, offset, length, at, rest) => {
          const head = Buffer.alloc(64);
          head.write('\x7fELF', 'latin1');
          head.set([wide ? 2 : 1, 1], 4);
          head.writeUInt16LE(3, 16);
          head.writeUInt16LE(62, 18);
          if (wide) head.writeBigUInt64LE(table, 32);
          else head.writeUInt32LE(table32, 28);
          head.writeUInt16LE(size, wide ? 54 : 42);
          head.writeUInt16LE(count, wide ? 56 : 44);
          const entry = Buffer.alloc(56);
          entry.writeUInt32LE(3, 0);
          if (wide) {
            entry.writeBigUInt64LE(offset, 8);
            entry.writeBigUInt64LE(length, 32);
          } else {
            entry.writeUInt32LE(at, 4);
            entry.writeUInt32LE(Number(length & 0xffffffffn), 16);
          }
          await expectSane(Buffer.concat([head, entry, rest]));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
