import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pidsOf } from '../bench/roles.ts';
import { Daemon, PROCMAP } from '../daemon.ts';
import { fetchFrom } from '../http.ts';
import { OUTSIDER_UID, otherUser } from '../outsider.ts';
import { watchProcess } from '../viewer.ts';
import { openFiles, say } from './figures.ts';

describe('a daemon', () =>
  it('whose log cannot be written serves, and survives the death of its reader', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'procmap-full-'));
    const full = openSync('/dev/full', 'w');
    const token = join(folder, 'token');
    const child = spawn('setpriv', ['--pdeathsig=TERM', PROCMAP, 'serve', '--port=0', '--unsafe-path', `--token-file=${token}`], {
      stdio: ['ignore', 'pipe', full],
    });
    closeSync(full);
    const { stdout } = child;
    if (stdout === null) throw new Error('it has a standard output');
    try {
      const [link] = (await once(createInterface({ input: stdout }), 'line')) as [string];
      const { origin } = new URL(link);
      const ask = (): Promise<number> =>
        fetchFrom(origin, '/api/system', { headers: { authorization: `Bearer ${readFileSync(token, 'utf8').trim()}` } }).then(({ status }) => status);
      expect(await ask()).toBe(200);
      for (let i = 0; i < 3; i++) {
        process.kill(pidsOf(child.pid ?? 0).reader, 'SIGKILL');
        expect(await ask()).toBe(200);
      }
      expect(child.exitCode).toBeNull();
    } finally {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true });
    }
    expect(child.exitCode).toBe(0);
  }));

describe.skipIf(process.getuid?.() === 0 && otherUser === null)('without file descriptors', () => {
  let daemon: Daemon;
  beforeAll(async () => {
    // All three processes run as one user: only the owner of a process may change its limits.
    daemon = await Daemon.start(process.getuid?.() === 0 ? { uid: OUTSIDER_UID } : {});
  });
  afterAll(() => daemon.stop());

  /** Limits the file descriptors of a process to numbers below `most`. */
  function limit(pid: number, most: number): void {
    const command = [...(otherUser ?? []), 'prlimit', `--pid=${pid}`, `--nofile=${most}:`];
    expect(spawnSync(command[0] ?? '', command.slice(1), { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  }

  it('the web process refuses new clients, keeps present ones, and recovers', async () => {
    const viewer = await watchProcess(daemon, daemon.pid, 10);
    const { web } = pidsOf(daemon.pid);
    limit(web, Math.max(...openFiles(web)) + 5);
    const sockets = Array.from({ length: 40 }, () => connect(daemon.port, '127.0.0.1').on('error', () => undefined));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await viewer.message('tick');
    expect(pidsOf(daemon.pid).web).toBe(web);
    for (const socket of sockets) socket.destroy();
    limit(web, 1024);
    await expect
      .poll(
        () =>
          fetch(`${daemon.address}/healthz`).then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 15_000 },
      )
      .toBe(200);
    expect(viewer.isOpen).toBe(true);
    await viewer.close();
  });

  it('the reader says so, and recovers', async () => {
    const { reader } = pidsOf(daemon.pid);
    limit(reader, 4);
    const { status } = await daemon.get(`/api/processes/${daemon.pid}/map`);
    say(`a reader without file descriptors: status ${status}`);
    expect(status).toBe(503);
    limit(reader, 1024);
    await expect.poll(() => daemon.get(`/api/processes/${daemon.pid}/map`).then((answer) => answer.status), { timeout: 15_000 }).toBe(200);
  });
});
