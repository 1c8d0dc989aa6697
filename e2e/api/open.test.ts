import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pidsOf } from '../bench/roles.ts';
import { Daemon, PROCMAP, run, sentences } from '../daemon.ts';
import { fetchFrom } from '../http.ts';

/** `procmap open`: another link from the running daemon. Each opens one session, once. */
let daemon: Daemon;

beforeAll(async () => {
  daemon = await Daemon.start();
});

afterAll(async () => {
  await daemon.stop();
});

/** Runs the command; returns its output. */
async function openAnother(): Promise<string> {
  const { status, stdout } = await run([PROCMAP, 'open', `--port=${daemon.port}`]);
  expect(status).toBe(0);
  return stdout.trim();
}

/** Exchanges a link's key as the page does; the session's headers, or the error. */
async function exchange(link: string): Promise<{ status: number; headers: Record<string, string>; error: unknown }> {
  const { origin, hash } = new URL(link);
  const response = await fetchFrom(origin, '/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: new URLSearchParams(hash.slice(1)).get('k') }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return { status: response.status, headers: { cookie, 'x-procmap-key': String(body['key']) }, error: body['error'] };
}

async function statusWith(headers: Record<string, string>): Promise<number> {
  return (await fetchFrom(daemon.origin, '/api/processes', { headers })).status;
}

describe('procmap open', () => {
  it('finds the first of two daemons at one port of two addresses, and the other one says so', async () => {
    const other = await Daemon.start({ port: daemon.port, args: ['--host=127.0.0.2'] });
    await expect.poll(() => other.log).toContain('`procmap open` will not find this daemon');
    expect(await openAnother()).toContain(daemon.origin);
    await other.stop();
    expect(await openAnother()).toContain(daemon.origin);
  });

  it('prints a link that works beside the first one', async () => {
    const second = await openAnother();
    expect(second).not.toBe(daemon.link);
    expect(second).toMatch(new RegExp(`^${daemon.origin}/#k=[\\w-]{43}$`));
    const sessions = [await exchange(daemon.link), await exchange(second)];
    for (const { status, headers } of sessions) {
      expect(status).toBe(200);
      expect(await statusWith(headers)).toBe(200);
    }
  });

  it('prints links that count once', async () => {
    const link = await openAnother();
    expect((await exchange(link)).status).toBe(200);
    expect(await exchange(link)).toMatchObject({ status: 401, error: 'link_used' });
  });

  it('opens sessions whose cookie and key belong together', async () => {
    const [a, b] = [await exchange(await openAnother()), await exchange(await openAnother())];
    expect(await statusWith({ ...a.headers, 'x-procmap-key': b.headers['x-procmap-key'] ?? '' })).toBe(401);
    expect(await statusWith({ cookie: a.headers['cookie'] ?? '' })).toBe(401);
    expect(await statusWith({ 'x-procmap-key': a.headers['x-procmap-key'] ?? '' })).toBe(401);
    expect(await statusWith(a.headers)).toBe(200);
  });

  it.each(['the daemon', 'its web process'])('says that the daemon does not answer while %s is stopped', async (what) => {
    const stopped = what === 'the daemon' ? daemon.pid : pidsOf(daemon.pid).web;
    // 0 would be the process group of this test.
    expect(stopped).toBeGreaterThan(1);
    // Its control socket opens a moment after it has printed its link.
    await expect.poll(() => run([PROCMAP, 'open', `--port=${daemon.port}`]), { timeout: 20_000 }).toMatchObject({ status: 0 });
    process.kill(stopped, 'SIGSTOP');
    try {
      const { status, stdout, stderr } = await run([PROCMAP, 'open', `--port=${daemon.port}`]);
      expect([status, stdout]).toEqual([1, '']);
      expect(sentences(stderr)).toEqual([
        `procmap: the daemon (process ${daemon.pid}) does not answer: it is busy or stopped; try again in a moment, ` +
          `or end it with: kill -CONT ${daemon.pid}; kill ${daemon.pid} and start it again`,
      ]);
    } finally {
      process.kill(stopped, 'SIGCONT');
    }
    expect(await openAnother()).toContain(daemon.origin);
  });

  it('says which port has no daemon', async () => {
    const other = await Daemon.start();
    const { port } = other;
    await other.stop();
    const { status, stdout, stderr } = await run([PROCMAP, 'open', `--port=${port}`]);
    expect([status, stdout]).toEqual([1, '']);
    expect(sentences(stderr)).toEqual([`procmap: no daemon is running at port ${port}; start one with: ${PROCMAP} serve --port=${port}`]);
  });

  it('of several daemons wants to know which', async () => {
    const other = await Daemon.start();
    try {
      const { status, stderr } = await run([PROCMAP, 'open']);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^procmap: daemons are running at the ports [0-9, ]+; choose one with: \S+\/procmap open --port=N\n$/);
      for (const { port } of [daemon, other]) expect(stderr).toContain(String(port));
    } finally {
      await other.stop();
    }
  });
});
