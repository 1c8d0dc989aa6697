import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cleanup } from '../bench/cleanup.ts';
import { withMapLimit } from '../bench/map-limit.ts';
import { pidsOf } from '../bench/roles.ts';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { openStream, watchProcess } from '../viewer.ts';
import { lookAtRoles, pause, say } from './figures.ts';

let daemon: Daemon;

beforeAll(async () => {
  buildFixtures();
  daemon = await Daemon.start();
});
afterAll(() => daemon.stop());

interface Stats {
  readonly vas: { readonly mappings: number };
  readonly torn: boolean;
}

describe('a process', () => {
  it('that maps and unmaps all the time is looked at all the while', async () => {
    const churning = await Fixture.start('many', '100');
    const { reader } = pidsOf(daemon.pid);
    const viewer = await watchProcess(daemon, churning.pid, 10);
    const seconds = 5;
    await churning.command(`churn ${seconds * 1000}`);
    let answered = 0;
    // With pauses: each read locks the map, and constant requests would themselves slow the process down.
    for (const end = performance.now() + seconds * 1000; performance.now() < end; answered++) {
      expect((await daemon.get(`/api/processes/${churning.pid}/stats`)).status).toBe(200);
      await pause(500);
    }
    const count = Number((await churning.line()).split(' ')[1]);
    say(`a process that maps ${(count / seconds).toFixed(0)} times a second: ${answered} answers, ${viewer.arrived.length} messages of the stream`);
    expect(count / seconds).toBeGreaterThan(10_000);
    expect(pidsOf(daemon.pid).reader).toBe(reader);
    await viewer.message('tick');
    await viewer.close();
    await churning.stop();
  });

  it.skipIf(process.getuid?.() !== 0)('with a million mappings is read whole', async () => {
    const cleanup = new Cleanup();
    try {
      const million = await withMapLimit(1_100_000, cleanup, () => Fixture.start('many', '1000000'));
      cleanup.defer(() => million.stop());
      const began = performance.now();
      const { vas } = await daemon.json<Stats>(`/api/processes/${million.pid}/stats`);
      const tookMs = performance.now() - began;
      const viewer = await watchProcess(daemon, million.pid, 1);
      expect(viewer.table.length).toBe(vas.mappings);
      await viewer.close();
      const { reader, web } = lookAtRoles(daemon.pid);
      say(`1,000,000 mappings: figures after ${(tookMs / 1000).toFixed(1)} s; reader ${reader.rssMib.toFixed(0)} MiB, web ${web.rssMib.toFixed(0)} MiB`);
      expect(vas.mappings).toBeGreaterThan(1_000_000);
      // The limits of its units (systemd/).
      expect(reader.rssMib).toBeLessThan(1024);
      expect(web.rssMib).toBeLessThan(2048);
    } finally {
      await cleanup.run();
    }
  });

  it('that exits, execs, is stopped or is traced is seen as it is', async () => {
    const known = await Fixture.start('known');
    const viewer = await watchProcess(daemon, known.pid, 10);
    known.send('exec');
    await known.untilReady();
    // Another program, so the old map is useless.
    await viewer.next('snapshot');
    await viewer.message('tick');

    known.signal('SIGSTOP');
    await expect.poll(() => /^State:\t(.)/m.exec(readFileSync(`/proc/${known.pid}/status`, 'latin1'))?.[1]).toBe('T');
    await viewer.message('tick');
    expect((await daemon.get(`/api/processes/${known.pid}/map`)).status).toBe(200);
    known.signal('SIGCONT');

    const tracer: ChildProcess = spawn('strace', ['-q', '-p', String(known.pid), '-o', '/dev/null'], { stdio: 'ignore' });
    await expect.poll(() => /^TracerPid:\t[1-9]/m.test(readFileSync(`/proc/${known.pid}/status`, 'latin1')), { timeout: 10_000 }).toBe(true);
    await viewer.message('tick');
    expect((await daemon.get(`/api/processes/${known.pid}/smaps`)).status).toBe(200);
    tracer.kill('SIGINT');
    await once(tracer, 'exit');

    await known.stop();
    expect(await viewer.next('state', ({ state }) => state !== 'live')).toMatchObject({ state: 'exited' });
    expect(viewer.isOpen).toBe(true);
    expect((await daemon.get(`/api/processes/${known.pid}/map`)).status).toBe(404);
    await viewer.close();
  });

  it('that starts 500 others is in the list with all of them', async () => {
    const stream = await openStream(daemon);
    stream.send({ type: 'processes', on: true });
    await stream.message('processes');
    // Each ends by itself.
    const parent = spawn('setpriv', ['--pdeathsig=KILL', 'sh', '-c', 'for i in $(seq 500); do sleep 20 & done; wait'], { stdio: 'ignore', detached: true });
    const children = (): number => readFileSync(`/proc/${parent.pid}/task/${parent.pid}/children`, 'latin1').trim().split(' ').length;
    await expect.poll(children, { timeout: 20_000 }).toBe(500);
    const began = performance.now();
    const list = await daemon.json<{ ppid: number }[]>('/api/processes');
    say(`500 processes more: the list of ${list.length} took ${(performance.now() - began).toFixed(0)} ms`);
    expect(list.filter(({ ppid }) => ppid === parent.pid).length).toBe(500);
    await stream.next('processes', ({ processes }) => processes.filter(({ ppid }) => ppid === parent.pid).length === 500);
    await stream.close();
    // All of them are in its process group.
    process.kill(-(parent.pid ?? 0), 'SIGKILL');
  });
});
