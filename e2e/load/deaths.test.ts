import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pidsOf, ROLES } from '../bench/roles.ts';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { enter, fetchFrom } from '../http.ts';
import { watchProcess } from '../viewer.ts';
import { say } from './figures.ts';

/**
 * Kills each process of the daemon. For the page's reaction see e2e/browser/connection.spec.ts; under systemd:
 * e2e/guest/service.test.ts.
 */
let daemon: Daemon;
let many: Fixture;

beforeEach(async () => {
  buildFixtures();
  many = await Fixture.start('many', '1000');
  daemon = await Daemon.start();
});
afterEach(async () => {
  await daemon.stop();
  await many.stop();
});

function pidOf(role: (typeof ROLES)[number]): number {
  try {
    return pidsOf(daemon.pid)[role];
  } catch {
    return 0;
  }
}

async function again(role: 'reader' | 'web', before: number): Promise<void> {
  await expect.poll(() => ![0, before].includes(pidOf(role)), { timeout: 20_000 }).toBe(true);
}

describe('a daemon whose', () => {
  it('reader is killed repeatedly continues, and its viewers only notice a delay', async () => {
    const viewer = await watchProcess(daemon, many.pid, 10);
    const web = pidOf('web');
    let longestMs = 0;
    for (let i = 0; i < 5; i++) {
      const reader = pidOf('reader');
      process.kill(reader, 'SIGKILL');
      const began = performance.now();
      await many.command('mutate');
      await viewer.next('delta');
      longestMs = Math.max(longestMs, performance.now() - began);
      await again('reader', reader);
      expect((await daemon.get(`/api/processes/${many.pid}/map`)).status).toBe(200);
    }
    say(`a reader that is killed: a change is seen ${longestMs.toFixed(0)} ms later at most`);
    expect(viewer.isOpen).toBe(true);
    expect(viewer.arrived.filter((type) => type === 'snapshot').length).toBe(1);
    expect(pidOf('web')).toBe(web);
    await viewer.close();
  });

  it('web process is killed serves again at the same port, with the token, and with sessions of a fresh link', async () => {
    const session = await enter(daemon.link);
    const viewer = await watchProcess(daemon, many.pid, 10);
    const web = pidOf('web');
    process.kill(web, 'SIGKILL');
    await viewer.closed;
    await again('web', web);
    const ask = (headers: Record<string, string>, origin = daemon.address) =>
      fetchFrom(origin, `/api/processes/${many.pid}/map`, { headers }).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(() => ask({ authorization: `Bearer ${daemon.token}` }), { timeout: 20_000 }).toBe(200);
    // The page has another name now; the old session is not valid there either.
    expect(await ask({ ...session }, daemon.origin)).toBe(403);
    const link = await daemon.freshLink();
    const { origin } = new URL(link);
    expect(await ask({ ...session }, origin)).toBe(401);
    expect(await ask({ ...(await enter(link)) }, origin)).toBe(200);
  });

  it('web process hangs starts another one', async () => {
    const web = pidOf('web');
    process.kill(web, 'SIGSTOP');
    await again('web', web);
    expect(daemon.log).toContain('the web process does not answer and is killed');
    await expect
      .poll(
        () =>
          daemon.get('/healthz').then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(200);
  });

  it('supervisor is killed leaves neither process nor port', async () => {
    const pids = ROLES.map(pidOf);
    await daemon.stop('SIGKILL');
    await expect.poll(() => pids.filter(isThere), { timeout: 10_000 }).toEqual([]);
    const next = await Daemon.start({ port: daemon.port });
    expect(await next.json('/healthz')).toEqual({ status: 'ok' });
    await next.stop();
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
