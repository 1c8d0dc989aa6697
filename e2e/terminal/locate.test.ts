import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boxRegions } from './box.ts';
import { KnownCommand } from './known-command.ts';

/** procmap --pid=PID --locate, through the real executable. */
const subject = new KnownCommand();
const hex = (address: bigint): string => `0x${address.toString(16)}`;

describe('--locate', () => {
  /** The known mapping of that name, in bytes. */
  function mapping(name: string): { start: bigint; length: bigint; offset: number } {
    const found = subject.known.mappings.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no mapping ${name}: ${subject.known.mappings.map((each) => each.name).join(' ')}`);
    return { start: BigInt(found.start), length: BigInt(found.length), offset: found.offset };
  }

  async function located(range: string): Promise<{ said: string; marked: { start: bigint; end: bigint }[] }> {
    const output = await subject.out(subject.pid, `--locate=${range}`, '--no-stats');
    const marked = boxRegions(output).filter(({ mark }) => mark === '<== located');
    return { said: output.slice(output.indexOf('\nLocated: ')), marked };
  }

  it.each([
    ['0x', 'in hex'],
    ['', 'in hex without its mark'],
  ])('takes an address with "%s" before it, and marks the region around it', async (prefix) => {
    const { start, length } = mapping('wx');
    const { said, marked } = await located(`${prefix}${(start + 16n).toString(16)},1`);
    expect(marked).toEqual([expect.objectContaining({ start, end: start + length })]);
    expect(said).toContain(`(1 KB)\n  lies in <anonymous> (Anonymous, rwxp)\n  begins 0x10 bytes into it\n  is mapped completely\n`);
  });

  it('shows the place in the mapped file', async () => {
    const file = subject.known.mappings.find(({ name, offset }) => name === 'file' && offset > 0) ?? subject.known.mappings.find(({ name }) => name === 'file');
    const start = BigInt(file?.start ?? 0);
    const { said } = await located(`${hex(start + 0x123n)},1`);
    expect(said).toContain(`begins at 0x${((file?.offset ?? 0) + 0x123).toString(16)} of its file`);
  });

  it('takes units, and goes across regions', async () => {
    const { start } = mapping('shared');
    for (const [size, kilobytes] of [
      ['16', 16n],
      ['16K', 16n],
      ['16kb', 16n],
      ['2M', 2048n],
      ['16384B', 16n],
    ] as const) {
      const { marked, said } = await located(`${hex(start - 4096n)},${size}`);
      expect(marked.length).toBeGreaterThan(1);
      expect(marked[0]?.end).toBeGreaterThanOrEqual(start - 4096n + kilobytes * 1024n);
      expect(marked.at(-1)?.start).toBeLessThanOrEqual(start - 4096n);
      expect(said).toContain(`lies in ${marked.length} regions, descending:`);
      expect(said).toMatch(/is mapped in part: [0-9.]+ [KM]B of it|is mapped completely/);
    }
  });

  it.each([
    ['a gap', '0x1000,4', 'lies in <Sparse region>, where nothing is mapped'],
    ['the NULL trap', '0,1', 'lies in <NULL trap>, where nothing is mapped'],
    ['the hole', '0x0000900000000000,4', 'lies in <Non-canonical hole>, where nothing is mapped'],
  ])('says so in %s', async (_, range, words) => {
    const { said, marked } = await located(range);
    expect(marked).toHaveLength(1);
    expect(said).toContain(words);
    expect(said).toContain('is not mapped');
  });

  it('finds pasted text: a place in a file wherever that is mapped now, and a line of maps', async () => {
    const file = subject.known.mappings.find(({ name }) => name === 'file');
    const [start, offset] = [BigInt(file?.start ?? 0), file?.offset ?? 0];
    const [base = ''] = file?.path.split('/').slice(-1) ?? [];
    const region = expect.objectContaining({ start, end: start + BigInt(file?.length ?? 0) }) as unknown;
    // Another mapping is now at the logged address.
    for (const text of [
      `app[7]: segfault at 0 ip 00007f0000000123 sp 00007ffd1000 error 4 in ${base}[${(offset + 0x123).toString(16)},7f0000000000+1000]`,
      (start + 0x123n)
        .toString(16)
        .padStart(16, '0')
        .replace(/(.{8})$/, '`$1'),
    ]) {
      const { said, marked } = await located(text);
      expect([text, marked]).toEqual([text, [region]]);
      expect(said).toContain(`begins 0x123 bytes into it\n  begins at 0x${(offset + 0x123).toString(16)} of its file`);
    }
    const line =
      readFileSync(`/proc/${subject.known.pid}/maps`, 'utf8')
        .split('\n')
        .find((each) => each.startsWith(`${start.toString(16)}-`)) ?? '';
    expect((await located(line)).marked).toEqual([region]);
    const { status, stderr, stdout } = await subject.command.run(subject.pid, '--locate=libnone.so+0x10');
    expect([status, stdout, stderr]).toEqual([1, '', 'procmap: --locate: No file libnone.so is mapped here.\n']);
  });

  it('takes an address alone for its one byte', async () => {
    const { start, length } = mapping('wx');
    const { said, marked } = await located(`0x${(start + 16n).toString(16)}`);
    expect(marked).toEqual([expect.objectContaining({ start, end: start + length })]);
    expect(said).toContain(`(1 B)\n  lies in <anonymous> (Anonymous, rwxp)\n  begins 0x10 bytes into it\n  is mapped completely\n`);
  });

  it('refuses what ends beyond the last address', async () => {
    const { status, stderr, stdout } = await subject.command.run(subject.pid, '--locate=0xfffffffffffffc00,2');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe('procmap: --locate: this range ends beyond the address space, which has 64 bits\n');
  });

  it.each(['', 'x', 'x,4', '0x10000000000000001', '0x1000,', '0x1000,0', '0x1000,4,4', '0x1000,-4', '0x1000,1e3', '0x1000,4Q', '0x10000000000000001,1', ',4'])(
    'refuses %j in one line',
    async (range) => {
      const { status, stdout, stderr } = await subject.command.run(subject.pid, `--locate=${range}`);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^procmap: --locate must be an address in hex, .*; see procmap --help\n$/);
    },
  );
});
