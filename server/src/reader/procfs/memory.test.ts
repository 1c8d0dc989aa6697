import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures, Fixture } from '../../../../e2e/fixtures/fixture.ts';
import { FakeProc } from '../../../test/fake-proc.ts';
import { otherUser } from '../../../test/other-user.ts';
import { ReaderClient } from '../../../test/reader-client.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { parseRollup, readMemory } from './memory.ts';

const ROLLUP = `00400000-7ffec7c01000 ---p 00000000 00:00 0                              [rollup]
Rss:                9160 kB
Pss:                9156 kB
Pss_Dirty:          9155 kB
Pss_Anon:           8252 kB
Pss_File:            904 kB
Pss_Shmem:             0 kB
Shared_Clean:          4 kB
Shared_Dirty:          2 kB
Private_Clean:        30 kB
Private_Dirty:      9100 kB
Referenced:         9160 kB
Anonymous:          8252 kB
KSM:                   0 kB
LazyFree:              0 kB
AnonHugePages:         0 kB
ShmemPmdMapped:        0 kB
FilePmdMapped:         0 kB
Shared_Hugetlb:        0 kB
Private_Hugetlb:    2048 kB
Swap:                 77 kB
SwapPss:              70 kB
Locked:                0 kB
`;

beforeAll(() => {
  buildFixtures();
});

describe('the text of smaps_rollup', () => {
  it('is summed up as smem sums up smaps: without huge pages, and each label for itself', () => {
    expect(parseRollup(ROLLUP)).toEqual({ swap_kb: 77, uss_kb: 9130, pss_kb: 9156, rss_kb: 9160 });
  });

  it('is read whatever the order of its lines and the lines between them', () => {
    const [first = '', ...lines] = ROLLUP.trimEnd().split('\n');
    const others = ['', 'Rss: kB', 'Rss:\t', 'XRss:  1 kB', ' Rss:  1 kB', 'Pss 1 kB', 'Swap:  1 MB', 'VmFlags: rd wr'];
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), fc.shuffledSubarray(others), (shuffled, more) => {
        expect(parseRollup([first, ...more, ...shuffled, ''].join('\n'))).toEqual(parseRollup(ROLLUP));
        expect(parseRollup([first, ...shuffled, ...more, ''].join('\n'))).toEqual(parseRollup(ROLLUP));
      }),
    );
  });

  it('is exact for the largest address space', () => {
    const most = 2 ** 54 / 1024;
    expect(parseRollup(`x\nRss: ${most} kB\nPss: ${most} kB\n`)).toMatchObject({ rss_kb: most, pss_kb: most });
  });

  it('is none without its lines, and never an exception', () => {
    for (const text of ['', '\n', 'Rss: 1 kB\n', ROLLUP.slice(0, 80)]) expect(parseRollup(text)).toBeNull();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.nat(ROLLUP.length).map((length) => ROLLUP.slice(0, length)),
        ),
        (text) => {
          const smem = parseRollup(text);
          if (smem !== null) for (const figure of Object.values(smem)) expect(Number.isSafeInteger(figure) && figure >= 0).toBe(true);
        },
      ),
    );
  });
});

describe('the memory of a process', () => {
  const status = (pid: number, label: string): number =>
    Number(new RegExp(`^${label}:\\s+([0-9]+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? NaN);

  it('is what its own files say, for one that holds still', async () => {
    const resident = await Fixture.start('resident', '8', process.execPath);
    const memory = readMemory(resident.pid);
    const rss = status(resident.pid, 'VmRSS');
    expect(rss).toBeGreaterThan(8 * 1024);
    expect(memory).toMatchObject({
      vsz_kb: status(resident.pid, 'VmSize'),
      rss_kb: rss,
      max_map_count: Number(readFileSync('/proc/sys/vm/max_map_count', 'latin1')),
      mem_total_kb: Number(/^MemTotal: +([0-9]+)/.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1]),
    });
    // Of the page tables, where the status counts: some kernels count by and by.
    const { uss_kb = 0, pss_kb = 0, rss_kb = 0 } = memory.smem ?? {};
    expect([uss_kb >= 8 * 1024, uss_kb <= pss_kb, pss_kb <= rss_kb]).toEqual([true, true, true]);
    expect(Math.abs(memory.taken_at - Date.now())).toBeLessThan(60_000);
    expect(memory.read_ms).toBeGreaterThan(0);
    await resident.stop();
    expect(() => readMemory(resident.pid)).toThrow(expect.objectContaining({ code: 'ENOENT' }) as Error);
  });

  it('is nothing for a zombie, which has none any more', async () => {
    const zombie = await Fixture.start('zombie');
    expect(readMemory(Number(zombie.ready[1]))).toMatchObject({ vsz_kb: 0, rss_kb: 0, mem_percent: 0, smem: null });
    await zombie.stop();
  });
});

describe('a reader that is asked for it', () => {
  let reader: ReaderClient;

  beforeAll(() => {
    reader = new ReaderClient();
  });

  afterAll(() => reader.stop());

  it('says of a pid that no process has that there is none', async () => {
    expect((await reader.ask({ op: 'memory', pid: 4_194_304 })).head).toMatchObject({ status: 'error', error: 'not_found' });
  });

  it.skipIf(otherUser === null)('says of another user’s process what everybody may know', async () => {
    const other = new ReaderClient({ prefix: otherUser ?? [] });
    const { head } = await other.ask({ op: 'memory', pid: process.pid });
    if (head.status !== 'memory') throw new Error(JSON.stringify(head));
    const { smem, vsz_kb, rss_kb } = head.memory;
    expect([smem, vsz_kb > 0, rss_kb > 0]).toEqual([null, true, true]);
    await other.stop();
  });

  it('has what the files say, in a tree of them', async () => {
    const proc = new FakeProc();
    proc.write(30, {});
    const fake = new ReaderClient({ procRoot: proc.root });
    const ask = async (): Promise<Memory> => {
      const { head } = await fake.ask({ op: 'memory', pid: 30 });
      if (head.status !== 'memory') throw new Error(JSON.stringify(head));
      return head.memory;
    };
    const figures = { vsz_kb: 400, rss_kb: 40, mem_percent: 0.1, mem_total_kb: 40_000, max_map_count: 65_530 };
    // A kernel thread has no smaps_rollup that can be read.
    expect(await ask()).toMatchObject({ ...figures, smem: null });
    proc.unblock(30, 'smaps_rollup', ROLLUP);
    expect(await ask()).toMatchObject({ ...figures, smem: { swap_kb: 77, uss_kb: 9130, pss_kb: 9156, rss_kb: 9160 } });
    proc.unblock(30, 'smaps_rollup', '');
    expect(await ask()).toMatchObject({ ...figures, smem: null });
    await fake.stop();
    proc.dispose();
  });

  it('does not say that a process is missing when it is a file of the system that is', async () => {
    const proc = new FakeProc();
    proc.write(31, {});
    // As in a mount with subset=pid.
    rmSync(join(proc.root, 'meminfo'));
    const fake = new ReaderClient({ procRoot: proc.root });
    const { head } = await fake.ask({ op: 'memory', pid: 31 });
    expect(head).not.toMatchObject({ error: 'not_found' });
    await fake.stop();
    proc.dispose();
  });
});
