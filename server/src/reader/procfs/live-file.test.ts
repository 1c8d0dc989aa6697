import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../../test/fake-proc.ts';
import { ReaderClient } from '../../../test/reader-client.ts';
import { useFixtures } from '../../../test/use-fixtures.ts';
import { processBits } from './bitness.ts';
import { look } from './look.ts';
import { readMemory } from './memory.ts';
import { listProcesses } from './process-list.ts';
import { readLabel } from './read-label.ts';
import type { ProcessInfo } from '../protocol.ts';

const startFixture = useFixtures();

function listed(pid: number): ProcessInfo | undefined {
  let found: ProcessInfo | undefined;
  listProcesses({ above: pid - 1, upTo: pid, avoid: [] }, ([row]) => (found = row));
  return found;
}

describe('a process whose first thread has ended while others go on', () => {
  it('is told as it was before, but for its state', async () => {
    const fixture = await startFixture('known');
    const { pid } = fixture;
    const [row, label, memory] = [listed(pid), readLabel(pid, 'known'), readMemory(pid)];
    expect(await fixture.command('leave')).toBe('left');
    expect([readFileSync(`/proc/${pid}/cmdline`, 'latin1'), readFileSync(`/proc/${pid}/status`, 'latin1').includes('VmRSS')]).toEqual(['', false]);
    const left = listed(pid);
    expect(left).toMatchObject({ state: 'Z', cmdline: row?.cmdline, program: row?.program, what: row?.what, readable: true, threads: 2 });
    expect(row?.cmdline).toMatch(/\/known$/);
    // Its second thread has a stack of its own.
    expect([left?.vsize_kb ?? 0, left?.rss_kb ?? 0]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(left?.vsize_kb).toBeGreaterThan(row?.vsize_kb ?? NaN);
    expect(left?.rss_kb).toBeGreaterThanOrEqual(row?.rss_kb ?? NaN);
    expect(readLabel(pid, 'known')).toEqual(label);
    const { vsz_kb, smem } = readMemory(pid);
    expect(vsz_kb).toBe(left?.vsize_kb);
    expect(smem?.rss_kb).toBeGreaterThanOrEqual(memory.smem?.rss_kb ?? NaN);
    // By the vector, where the map alone would say otherwise.
    const now = look(pid);
    expect('error' in now ? now : processBits(pid, now, 0)).toBe(64);
  });
});

describe('a thread that tells of a process', () => {
  const proc = new FakeProc();
  const reader = new ReaderClient({ procRoot: proc.root });
  afterAll(async () => {
    await reader.stop();
    proc.dispose();
  });

  it('is one that has not ended itself', async () => {
    const [pid, maps] = [70, mapsLine(16, 3)];
    proc.write(pid, { state: 'Z', threads: 3 });
    for (const [thread, state] of [
      [71, 'Z'],
      [72, 'S'],
    ] as const) {
      proc.write(thread, { state, threads: 3, maps: state === 'S' ? maps : '' });
      cpSync(join(proc.root, String(thread)), proc.path(pid, `task/${thread}`), { recursive: true });
      proc.remove(thread);
    }
    expect((await reader.map(pid)).table.length).toBe(1);
  });
});
