import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childrenOf, Daemon, PROCMAP, run, sentences } from '../daemon.ts';
import { getAtFile, requestBytes } from '../http.ts';
import { callAsOutsider, OUTSIDER_UID, otherUser } from '../outsider.ts';

/** `procmap serve --socket=PATH`: no port, a file for one user. */
let folder: string;
let socket: string;
const daemons: Daemon[] = [];

async function start(...args: readonly string[]): Promise<Daemon> {
  const daemon = await Daemon.start({ socket, args });
  daemons.push(daemon);
  return daemon;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-socket-'));
  socket = join(folder, 'socket');
});

afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.stop();
  rmSync(folder, { recursive: true });
});

function get(daemon: Daemon, path: string): Promise<{ status: number; body: string }> {
  return getAtFile(socket, path, { authorization: `Bearer ${daemon.token}` });
}

/** TCP sockets of a process, listening or not. */
function tcpSockets(pid: number): string[] {
  const rows = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'latin1').split('\n').slice(1));
  const inodes = new Set(rows.map((row) => `socket:[${row.trim().split(/\s+/)[9] ?? ''}]`));
  return readdirSync(`/proc/${pid}/fd`)
    .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
    .filter((target) => inodes.has(target));
}

describe('a socket file', () => {
  it('answers as a port does, stream included, and there is no port', async () => {
    const daemon = await start();
    expect([daemon.pid, ...childrenOf(daemon.pid)].flatMap(tcpSockets)).toEqual([]);
    const other = await Daemon.start();
    daemons.push(other);
    expect([other.pid, ...childrenOf(other.pid)].flatMap(tcpSockets)).not.toEqual([]);
    expect((await getAtFile(socket, '/')).status).toBe(307);
    expect((await getAtFile(socket, '/', { host: new URL(daemon.link).host })).status).toBe(200);
    expect((await getAtFile(socket, '/api/system')).status).toBe(401);
    expect((await getAtFile(socket, '/', { host: 'evil.com' })).status).toBe(403);
    expect(JSON.parse((await get(daemon, `/api/processes/${process.pid}/map`)).body)).toMatchObject({ pid: process.pid });
    const upgrade = { host: 'localhost', origin: 'http://localhost', upgrade: 'websocket', 'sec-websocket-version': '13' };
    const headers = { ...upgrade, 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', authorization: `Bearer ${daemon.token}` };
    const peer = connect(socket);
    peer.write(requestBytes('GET', '/api/stream', headers).replace('connection: close', 'connection: Upgrade'));
    const [answer] = (await once(peer, 'data')) as [Buffer];
    peer.destroy();
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /);
    expect(daemon.link).toMatch(/^http:\/\/[a-z][a-z0-9]{15}\.localhost:8642\/#k=[\w-]{43}$/);
  });

  it('is private to its user from the first moment, and is removed with the daemon', async () => {
    const modes = new Set<number>();
    const watch = setInterval(() => {
      const there = statSync(socket, { throwIfNoEntry: false });
      if (there !== undefined) modes.add(there.mode & 0o777);
    }, 1);
    const daemon = await start();
    clearInterval(watch);
    modes.add(statSync(socket).mode & 0o777);
    expect([...modes]).toEqual([0o600]);
    expect(await daemon.stop()).toBe(0);
    expect(existsSync(socket)).toBe(false);
  });

  it.skipIf(otherUser === null)('is closed to other users', async () => {
    const daemon = await start();
    // The folder is open to everybody; only the file's mode protects it.
    chownSync(folder, OUTSIDER_UID, OUTSIDER_UID);
    const bytes = requestBytes('GET', '/healthz', { host: 'localhost', authorization: `Bearer ${daemon.token}` });
    expect(await callAsOutsider({ path: socket }, bytes)).toBe('EACCES');
  });

  it.skipIf(otherUser === null)('may be made for another user, in a folder of theirs', async () => {
    chownSync(folder, OUTSIDER_UID, OUTSIDER_UID);
    const daemon = await start(`--peer-uid=${OUTSIDER_UID}`);
    expect(statSync(socket)).toMatchObject({ uid: OUTSIDER_UID, mode: 0o140600 });
    const bytes = requestBytes('GET', '/api/system', { host: 'localhost', authorization: `Bearer ${daemon.token}` });
    expect(await callAsOutsider({ path: socket }, bytes)).toContain('"kernel_release"');
    await daemon.stop();
    expect(existsSync(socket)).toBe(false);
  });

  it.skipIf(otherUser === null)('is not made where that user may not write: root does not do it for them', async () => {
    const { status, stderr } = await run([PROCMAP, 'serve', '--unsafe-path', `--socket=/proc/procmap-test`, `--peer-uid=${OUTSIDER_UID}`]);
    expect([status, sentences(stderr)]).toEqual([1, [expect.stringMatching(/^procmap: cannot listen at .* \(E[A-Z]+\); choose another with --socket=PATH$/)]]);
  });

  it('has a door for `procmap open` too', async () => {
    await start();
    for (const args of [[`--socket=${socket}`]]) {
      const { status, stdout } = await run([PROCMAP, 'open', ...args]);
      expect([status, stdout.trim()]).toEqual([0, expect.stringMatching(/^http:\/\/[a-z][a-z0-9]{15}\.localhost:8642\/#k=[\w-]{43}$/)]);
    }
    const { status, stderr } = await run([PROCMAP, 'open', `--socket=${socket}x`]);
    expect([status, stderr]).toEqual([1, `procmap: no daemon is running at ${socket}x; start one with: ${PROCMAP} serve --socket=${socket}x\n`]);
  });

  it('is recreated after the web process died, and after an earlier daemon was killed', async () => {
    const first = await start();
    const web = childrenOf(first.pid).find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('web.js')) ?? 0;
    process.kill(web, 'SIGKILL');
    await expect
      .poll(
        () =>
          getAtFile(socket, '/healthz').then(
            ({ status }) => status,
            () => 0,
          ),
        { timeout: 20_000 },
      )
      .toBe(200);
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    await first.stop('SIGKILL');
    expect(existsSync(socket)).toBe(true);
    expect((await get(await start(), '/api/system')).status).toBe(200);
  });
});

describe('something already at the path', () => {
  async function refusal(): Promise<string[]> {
    const { status, stdout, stderr } = await run([PROCMAP, 'serve', '--unsafe-path', `--socket=${socket}`]);
    expect([status, stdout]).toEqual([1, '']);
    return sentences(stderr);
  }

  it('stays when it is a file', async () => {
    writeFileSync(socket, 'mine');
    expect(await refusal()).toEqual([`procmap: ${socket} exists and is not a socket; choose another with --socket=PATH`]);
    expect(readFileSync(socket, 'utf8')).toBe('mine');
  });

  it('stays if a program serves there', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(socket, resolve));
    expect(await refusal()).toEqual([`procmap: another program listens on ${socket}; choose another with --socket=PATH`]);
    expect(existsSync(socket)).toBe(true);
    await new Promise((resolve) => holder.close(resolve));
  });

  it('cannot be looked at', async () => {
    writeFileSync(join(folder, 'file'), '');
    socket = join(folder, 'file', 'socket');
    expect(await refusal()).toEqual([expect.stringMatching(/^procmap: user \d+ cannot have a socket at .*\(ENOTDIR\)/)]);
  });

  it('is another daemon’s by the time that one ends, and stays', async () => {
    const first = await start();
    rmSync(socket);
    const second = await start();
    await first.stop();
    daemons.splice(daemons.indexOf(first), 1);
    expect((await get(second, '/api/system')).status).toBe(200);
  });

  it('is too long a path', async () => {
    socket = join(folder, 'x'.repeat(100));
    expect(await refusal()).toEqual([expect.stringMatching(/^procmap: the path of --socket is longer than 107 bytes/)]);
  });
});
