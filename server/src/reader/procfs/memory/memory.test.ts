import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures, Fixture } from '../../../../../e2e/fixtures/fixture.ts';
import { FakeProc } from '../../../../test/fake-proc.ts';
import { moreHugePages } from '../../../../../e2e/fixtures/huge-pages.ts';
import { otherUser } from '../../../../test/other-user.ts';
import { ReaderClient } from '../../../../test/reader-client.ts';
import { ROLLUP } from '../../../../test/rollup-text.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { readMemory } from './memory.ts';

beforeAll(() => buildFixtures());

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
    // From the page tables where status has counters, which some kernels update late.
    const [uss, pss, whole] = [memory.smem?.uss_kb ?? NaN, memory.smem?.pss_kb ?? NaN, memory.smem?.rss_kb ?? NaN];
    expect([uss >= 8 * 1024, uss <= pss, pss <= whole]).toEqual([true, true, true]);
    expect(memory).toMatchObject({ hugetlb_kb: 0, smem_from: 'smaps_rollup', smem_error: null });
    expect(Math.abs(memory.taken_at - Date.now())).toBeLessThan(60_000);
    expect(memory.read_ms).toBeGreaterThan(0);
    await resident.stop();
    expect(() => readMemory(resident.pid)).toThrow(expect.objectContaining({ code: 'ENOENT' }) as Error);
  });

  it('lists huge pages separately, since the kernel counts them nowhere else', async ({ skip }) => {
    const pool = moreHugePages(4);
    if (pool === null) return skip('no huge pages are to be had here: vm.nr_hugepages');
    try {
      const huge = await Fixture.start('huge');
      const memory = readMemory(huge.pid);
      expect([memory.hugetlb_kb, status(huge.pid, 'HugetlbPages')]).toEqual([6144, 6144]);
      expect(memory.rss_kb).toBeLessThan(6144);
      expect(memory.smem?.rss_kb).toBeLessThan(6144);
      await huge.stop();
    } finally {
      pool.drop();
    }
  });

  it('is empty for a zombie, which has none any more', async () => {
    const zombie = await Fixture.start('zombie');
    expect(readMemory(Number(zombie.ready[1]))).toMatchObject({ vsz_kb: null, rss_kb: null, mem_percent: null, smem: null });
    await zombie.stop();
  });
});

describe('a reader that is asked for it', () => {
  let reader: ReaderClient;

  beforeAll(() => {
    reader = new ReaderClient();
  });

  afterAll(() => reader.stop());

  it('reports an unused process id as not found', async () =>
    expect((await reader.ask({ op: 'memory', pid: 4_194_304 })).head).toMatchObject({ status: 'error', error: 'not_found' }));

  it.skipIf(otherUser === null)('says of another user’s process what everybody may know', async () => {
    const other = new ReaderClient({ prefix: otherUser ?? [] });
    const { head } = await other.ask({ op: 'memory', pid: process.pid });
    if (head.status !== 'memory') throw new Error(JSON.stringify(head));
    const { smem, smem_error, vsz_kb, rss_kb, hugetlb_kb } = head.memory;
    expect([smem, (vsz_kb ?? 0) > 0, (rss_kb ?? 0) > 0, hugetlb_kb]).toEqual([null, true, true, 0]);
    expect(smem_error).toMatchObject({ error: 'no_permission', message: expect.stringContaining('sudo') as string });
    await other.stop();
  });

  it('has the values of the files, in a tree of them', async () => {
    const proc = new FakeProc();
    proc.write(30, {});
    const fake = new ReaderClient({ procRoot: proc.root });
    const ask = async (): Promise<Memory> => {
      const { head } = await fake.ask({ op: 'memory', pid: 30 });
      if (head.status !== 'memory') throw new Error(JSON.stringify(head));
      return head.memory;
    };
    const figures = { vsz_kb: 400, rss_kb: 40, mem_percent: 0.1, mem_total_kb: 40_000, max_map_count: 65_530 };
    const path = join(proc.root, '30', 'smaps');
    expect(await ask()).toMatchObject({
      ...figures,
      smem: null,
      smem_from: null,
      smem_error: { error: 'unreadable', message: `this kernel has no ${path}` },
    });
    proc.unblock(30, 'smaps', '00010000-00020000 rw-p 00000000 00:00 0 \nRss: 12 kB\nPss: 11 kB\nSwap: 4 kB\nVmFlags: rd wr\n');
    const summed = { swap_kb: 4, uss_kb: null, pss_kb: 11, rss_kb: 12 };
    // A kernel without huge pages has none in this process.
    expect(await ask()).toMatchObject({ ...figures, smem: summed, smem_from: 'smaps', smem_error: null, hugetlb_kb: 0 });
    writeFileSync(join(proc.root, 'meminfo'), 'MemTotal:          40000 kB\nHugePages_Total:       1\n');
    expect(await ask()).toMatchObject({ smem: summed, hugetlb_kb: null });
    proc.unblock(30, 'smaps_rollup', ROLLUP);
    expect(await ask()).toMatchObject({
      ...figures,
      smem: { swap_kb: 77, uss_kb: 9130, pss_kb: 9156, rss_kb: 9160 },
      smem_from: 'smaps_rollup',
      hugetlb_kb: 2048,
    });
    proc.unblock(30, 'smaps_rollup', '');
    expect(await ask()).toMatchObject({ ...figures, smem: null });
    await fake.stop();
    proc.dispose();
  });

  it('does not report a missing process if a system file is missing', async () => {
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
