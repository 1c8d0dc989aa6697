import { readFileSync } from 'node:fs';
import type { Program } from '@procmap/shared/files/program.ts';
import { SOURCES, type Statistics } from '@procmap/shared/figures/statistics.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FakeProc, mapsLine } from '../../../test/fake-proc.ts';
import { otherUser } from '../../../test/other-user.ts';
import { TOKEN, WebClient } from '../../../test/web-client.ts';
import { useFixtures } from '../../../test/use-fixtures.ts';

let web: WebClient;
const startFixture = useFixtures();

beforeAll(async () => {
  web = await WebClient.start();
});

afterAll(() => web.stop());

describe('GET /api/processes/:pid/stats', () => {
  it('is what maps, status and smaps_rollup say of a process that holds still', async () => {
    const { pid } = await startFixture('resident', '4');
    const rollup = (): string => readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    let before: string;
    let stats: Statistics;
    // Others that start the same program meanwhile share its pages.
    do {
      before = rollup();
      const { status, body } = await web.ask(`/api/processes/${pid}/stats`);
      expect(status).toBe(200);
      stats = body as Statistics;
    } while (rollup() !== before);
    const lines = readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n').slice(0, -1);
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const figure = (text: string, label: string): number => Number(new RegExp(`^${label}:\\s+([0-9]+) kB$`, 'm').exec(text)?.[1]);
    expect(stats).toMatchObject({
      pid,
      comm: 'resident',
      vas: { mappings: lines.length, writable_executable: lines.filter((line) => / .wx. /.test(line)).length },
      ps: { vsz_kb: figure(status, 'VmSize'), rss_kb: figure(status, 'VmRSS') },
      smem: {
        swap_kb: figure(before, 'Swap'),
        uss_kb: figure(before, 'Private_Clean') + figure(before, 'Private_Dirty'),
        pss_kb: figure(before, 'Pss'),
        rss_kb: figure(before, 'Rss'),
      },
      sources: SOURCES,
    });
    expect(stats.system?.map_count_headroom).toBe(
      Number(readFileSync('/proc/sys/vm/max_map_count', 'latin1')) - lines.filter((line) => !line.endsWith('[vsyscall]')).length,
    );
    expect(Math.abs(Date.parse(stats.taken_at) - Date.now())).toBeLessThan(60_000);
  });

  it.each(['0', '01', '1e3', '1%2f..%2fself', 'self'])('answers %s by 400', async (pid) => {
    for (const route of ['stats', 'program'])
      expect(await web.ask(`/api/processes/${pid}/${route}`)).toMatchObject({ status: 400, body: { error: 'bad_pid' } });
  });

  it('answers 404 for a missing process, and 409 without an address space', async () => {
    const zombie = (await startFixture('zombie')).ready[1];
    expect(await web.ask('/api/processes/4194304/stats')).toMatchObject({ status: 404, body: { error: 'not_found' } });
    expect(await web.ask(`/api/processes/${zombie}/stats`)).toMatchObject({ status: 409, body: { error: 'zombie' } });
  });

  it.skipIf(otherUser === null)('answers what may not be read by 403', async () => {
    const { pid } = await startFixture('known');
    const other = await WebClient.start({ prefix: otherUser ?? [] });
    for (const route of ['stats', 'program', 'maps.csv', 'locate?start=0x0&length_kb=1']) {
      const { status, text } = await other.request(`/api/processes/${pid}/${route}`, { headers: { authorization: `Bearer ${TOKEN}` } });
      expect([route, status, JSON.parse(text)]).toEqual([route, 403, { error: 'no_permission', message: expect.stringContaining('sudo') as string }]);
    }
    await other.stop();
  });

  it('has all figures except held ones, while everything else goes on', async () => {
    const proc = new FakeProc();
    for (const pid of [40, 41]) {
      proc.write(pid, { maps: mapsLine(16, 1) });
      proc.unblock(pid, 'smaps_rollup', 'x\nRss: 5 kB\nPss: 4 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 3 kB\nSwap: 2 kB\n');
    }
    proc.block(40, 'smaps_rollup');
    const held = await WebClient.start({ procRoot: proc.root });
    const stats = held.ask('/api/processes/40/stats');
    for (const path of ['/api/processes/41/map', '/api/system', '/api/processes', '/api/processes/41/stats']) expect((await held.ask(path)).status).toBe(200);
    expect(await stats).toMatchObject({ status: 503, body: { error: 'stalled' } });
    expect([held.stuck, held.readers]).toEqual([[], 1]);
    proc.letGo(40, 'smaps_rollup', 'x\nRss: 5 kB\nPss: 4 kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: 3 kB\nSwap: 2 kB\n');
    await vi.waitFor(
      async () =>
        expect(await held.ask('/api/processes/40/stats')).toMatchObject({
          status: 200,
          body: { ps: { vsz_kb: 400, rss_kb: 40, mem_percent: 0.1 }, smem: { rss_kb: 5, pss_kb: 4, uss_kb: 3, swap_kb: 2 } },
        }),
      { timeout: 20_000 },
    );
    await held.stop();
    proc.dispose();
  });
});

describe('GET /api/processes/:pid/program', () => {
  it('is what the process runs', async () => {
    const { pid } = await startFixture('resident');
    const { status, body } = await web.ask(`/api/processes/${pid}/program`);
    expect(status).toBe(200);
    const { exe, exe_type, interpreter } = body as Program;
    expect([Object.keys(body as object), exe.endsWith('/e2e/fixtures/bin/resident'), interpreter]).toEqual([
      ['pid', 'exe', 'exe_type', 'interpreter'],
      true,
      '',
    ]);
    expect(exe_type).toMatch(/^ELF 64-bit, .* statically linked$/);
  });

  it('answers 404 for a missing process, and 409 without an address space', async () => {
    expect(await web.ask('/api/processes/4194304/program')).toMatchObject({ status: 404, body: { error: 'not_found' } });
    const zombie = (await startFixture('zombie')).ready[1];
    expect(await web.ask(`/api/processes/${zombie}/program`)).toMatchObject({ status: 409, body: { error: 'zombie' } });
  });
});
