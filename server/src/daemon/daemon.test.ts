import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../test/fake-proc.ts';
import { DaemonClient, makeDist, removeDist, sleep } from '../../test/daemon-client.ts';
import { otherUser } from '../../test/other-user.ts';
import { READER_CAPABILITIES, READER_UID } from '../common/confinement.ts';

const ROOT = process.getuid?.() === 0;
const ARGS = ['--port=0', '--unsafe-path'];
let dist: string;
let proc: FakeProc;
const daemons: DaemonClient[] = [];

function start(args: readonly string[] = ARGS, env: Record<string, string> = {}, prefix: readonly string[] = []): DaemonClient {
  const daemon = new DaemonClient(dist, args, env, prefix);
  daemons.push(daemon);
  return daemon;
}

beforeAll(() => {
  dist = makeDist();
  proc = new FakeProc();
  proc.write(40, { maps: mapsLine(16, 1) });
});

afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.stop();
});

afterAll(() => {
  removeDist(dist);
  proc.dispose();
});

/** Process ids of the children of a process. */
function childrenOf(pid: number | undefined): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);
}

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
}

async function until(what: () => boolean, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!what()) {
    if (performance.now() > end) throw new Error('it did not happen in time');
    await sleep(10);
  }
}

/** The child whose command line contains this word. */
function childWith(daemon: DaemonClient, word: string): number {
  const pid = childrenOf(daemon.process.pid).find((child) => readFileSync(`/proc/${child}/cmdline`, 'latin1').includes(word));
  if (pid === undefined) throw new Error(`no ${word} among the children`);
  return pid;
}

describe('a daemon', () => {
  it('prints the link first, logs JSON without secrets, hands the reader over, and ends in order', async () => {
    const daemon = start();
    expect(await daemon.lines(1)).toEqual([expect.stringMatching(/^http:\/\/[a-z][a-z0-9]{15}\.localhost:[0-9]+\/#k=key-1-+$/)]);
    expect(await daemon.ask({ op: 'map', pid: process.pid, etag: null })).toMatchObject({ status: 'map', readers: 1 });
    const children = childrenOf(daemon.process.pid);
    expect(children).toHaveLength(3);
    expect(await daemon.stop('SIGINT')).toBe(0);
    for (const line of daemon.log.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('message');
    expect(JSON.parse(daemon.log.trim().split('\n').at(-1) ?? '')).toMatchObject({ level: 'info', message: 'ended', signal: 'SIGINT' });
    expect(daemon.log).not.toContain('key-');
    expect(children.filter(isAlive)).toEqual([]);
  });

  it('that is ended while it writes its token file leaves nothing of it', async () => {
    const own = makeDist();
    const folder = join(own, 'tokens');
    mkdirSync(folder);
    const daemon = new DaemonClient(own, [...ARGS, `--token-file=${join(folder, 'token')}`]);
    daemons.push(daemon);
    await until(() => readdirSync(folder).length > 0, 10_000);
    expect(await daemon.stop('SIGINT')).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    removeDist(own);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('ends with status 0 on %s', async (signal) => {
    const daemon = start();
    await daemon.lines(1);
    expect(await daemon.stop(signal)).toBe(0);
  });

  it.runIf(ROOT)('without CAP_KILL ends what hangs all the same', async () => {
    const daemon = start(ARGS, {}, ['setpriv', '--bounding-set=-kill']);
    await daemon.lines(1);
    expect(daemon.log).toContain('CAP_KILL is missing');
    const children = childrenOf(daemon.process.pid);
    for (const child of children) process.kill(child, 'SIGSTOP');
    expect(await daemon.stop()).toBe(0);
    await until(() => !children.some(isAlive), 2000);
  });

  it('takes its children with it when it is killed', async () => {
    const daemon = start();
    await daemon.lines(1);
    const children = childrenOf(daemon.process.pid);
    await daemon.stop('SIGKILL');
    await until(() => !children.some(isAlive), 2000);
  });

  it('passes on what it was told, and nothing of its environment', async () => {
    const daemon = start([...ARGS, '--rate=2', '--allow-host=box'], { SECRET: 'x', NODE_OPTIONS: '--no-warnings' });
    const { config, env, argv } = await daemon.get('/');
    expect(config).toEqual({
      type: 'config',
      verb: 'serve',
      host: '127.0.0.1',
      port: 0,
      pageName: expect.stringMatching(/^[a-z][a-z0-9]{15}\.localhost$/) as string,
      socket: null,
      peerUids: [process.getuid?.() ?? 0],
      allowHosts: ['box'],
      plainOrigin: false,
      unsafePath: true,
      tokenFile: null,
      token: null,
      rateHz: 2,
      tickPercent: 10,
      metricsMatch: [],
      version: '0.0.0',
      page: expect.stringMatching(/\/procmap\.[0-9]+-[0-9]+-[0-9]+-\w{6}$/) as string,
      commands: expect.objectContaining({ open: expect.stringMatching(/\/server\/bin\/procmap open$/) as string }) as object,
      uid0: ROOT,
      notes: [],
    });
    expect(Object.keys(env as object)).toEqual(['PATH', 'MALLOC_MMAP_THRESHOLD_']);
    expect(argv).toContain('--permission');
  });

  it('writes the token before it prints the link, and takes it away when it ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'procmap-token-'));
    const file = join(folder, 'token');
    const daemon = start([...ARGS, `--token-file=${file}`]);
    const { config } = await daemon.get('/');
    expect(readFileSync(file, 'utf8')).toBe(`${(config as { token: string }).token}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(daemon.log).not.toContain((config as { token: string }).token);
    expect(await daemon.stop()).toBe(0);
    expect(existsSync(file)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it('says in one line that a port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const folder = mkdtempSync(join(tmpdir(), 'procmap-token-'));
    const file = join(folder, 'token');
    // Belongs to the daemon that holds the port.
    writeFileSync(file, 'its own\n');
    const daemon = start([`--port=${port}`, '--unsafe-path', `--token-file=${file}`]);
    expect(await daemon.ended()).toBe(1);
    expect([readdirSync(folder), readFileSync(file, 'utf8')]).toEqual([['token'], 'its own\n']);
    rmSync(folder, { recursive: true });
    expect(daemon.log.split('\n').filter((line) => !line.startsWith('{'))).toEqual([
      `procmap: port ${port} is in use; choose another with --port=N, or --port=0 for any free one`,
      '',
    ]);
    other.close();
  });

  it('does not complain about its reader if only the port is in use', async () => {
    const daemon = start();
    await daemon.ask({ op: 'system' });
    // The reader has ended before the daemon knows who holds the port, which takes a second here.
    await daemon.get('/taken').catch(() => undefined);
    expect(await daemon.ended()).toBe(1);
    expect(daemon.log).toMatch(/^procmap: port [0-9]+ is in use; /m);
    expect(daemon.log).not.toContain('the reader ended');
  });

  it('ends with the message of a web process that cannot go on', async () => {
    const daemon = start();
    await daemon.lines(1);
    await daemon.get('/fatal').catch(() => undefined);
    expect(await daemon.ended()).toBe(1);
    expect(daemon.log).toContain('procmap: something odd\n');
  });
});

describe('a reader', () => {
  it('that hangs is replaced within seconds, while the web process and other pids go on', async () => {
    const daemon = start(ARGS, { PROCMAP_PROC: proc.root });
    expect(await daemon.ask({ op: 'map', pid: 40, etag: null })).toMatchObject({ status: 'map', readers: 1 });
    const web = childWith(daemon, 'web.js');
    const began = performance.now();
    // The whole process: a single held thread is noticed by the reader itself.
    process.kill(childWith(daemon, 'reader.js'), 'SIGSTOP');
    expect(await daemon.ask({ op: 'map', pid: 40, etag: null })).toMatchObject({ status: 'reader died' });
    const after = await retry(daemon, { op: 'map', pid: 40, etag: null });
    expect(after).toMatchObject({ status: 'map' });
    // On a busy machine, the stand-in for the web process may lose patience again.
    expect(after['readers']).toBeGreaterThan(1);
    // Includes one and a half seconds of patience, and the start of the next reader.
    expect(performance.now() - began).toBeLessThan(15_000);
    expect(childWith(daemon, 'web.js')).toBe(web);
  });

  it('whose stream went to a dying web process is replaced by one for the next', async () => {
    const daemon = start(ARGS, { PROCMAP_PROC: proc.root });
    const request = { op: 'map', pid: 40, etag: null };
    expect(await daemon.ask(request)).toMatchObject({ status: 'map' });
    // From now on, data sent to it is lost; its end is noticed later.
    await daemon.get('/hang-up');
    const before = childrenOf(daemon.process.pid);
    const [reader, web] = [childWith(daemon, 'reader.js'), childWith(daemon, 'web.js')];
    process.kill(reader, 'SIGKILL');
    await until(() => childrenOf(daemon.process.pid).some((pid) => !before.includes(pid)), 10_000);
    process.kill(web, 'SIGKILL');
    await daemon.lines(2);
    expect(await retry(daemon, request)).toMatchObject({ status: 'map' });
  });

  it('that is killed is replaced', async () => {
    const daemon = start();
    await daemon.ask({ op: 'system' });
    process.kill(childWith(daemon, 'reader.js'), 'SIGKILL');
    expect(await retry(daemon, { op: 'system' })).toMatchObject({ status: 'system', readers: 2 });
  });

  it.runIf(ROOT)('of root has three capabilities, a uid of its own and no way back', async () => {
    const daemon = start();
    expect(await daemon.ask({ op: 'system' })).toMatchObject({ system: { uid: READER_UID, capabilities: [...READER_CAPABILITIES], reads_all: true } });
    const status = readFileSync(`/proc/${childWith(daemon, 'reader.js')}/status`, 'latin1');
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^CapBnd:\t0000000400080004$/m);
    expect(status).toMatch(/^Groups:\t ?$/m);
  });

  it.skipIf(otherUser === null)('of a user whose programs keep capabilities has three of these at most', async () => {
    const given = '+sys_ptrace,+net_raw,+sys_admin';
    const his = makeDist();
    execFileSync('chown', ['-R', '1234:1234', join(his, '..', '..')]);
    const daemon = new DaemonClient(his, ARGS, {}, [...(otherUser ?? []), `--inh-caps=${given}`, `--ambient-caps=${given}`]);
    daemons.push(daemon);
    expect(await daemon.ask({ op: 'system' })).toMatchObject({ system: { uid: 1234, capabilities: ['CAP_SYS_PTRACE'] } });
    const rights = (word: string): string[] =>
      readFileSync(`/proc/${childWith(daemon, word)}/status`, 'latin1').match(/(?<=^Cap(?:Inh|Prm|Eff|Amb):\t).*$/gm) ?? [];
    expect(new Set(rights('reader.js'))).toEqual(new Set(['0000000000080000']));
    expect(new Set(rights('web.js'))).toEqual(new Set(['0000000000000000']));
    expect(readFileSync(`/proc/${childWith(daemon, 'reader.js')}/cmdline`, 'latin1')).toContain('--confined=own');
    removeDist(his);
  });

  it('that can never be started ends the daemon, which says so', async () => {
    const broken = makeDist();
    writeFileSync(join(broken, 'reader.js'), "process.stderr.write('no such thing\\n'); process.exit(7);\n");
    const daemon = new DaemonClient(broken, ARGS);
    expect(await daemon.ended()).toBe(1);
    expect(daemon.log).toMatch(/^no such thing$/m);
    expect(daemon.log).toMatch(/^procmap: the reader cannot start \(exit status 7\); its last words are above$/m);
    removeDist(broken);
  });

  it.runIf(ROOT)('of root does not start with more', () => {
    const more = spawnSync(process.execPath, [join(dist, 'reader.js'), `--confined=${READER_UID}`], { encoding: 'utf8' });
    expect(more.status).toBe(1);
    expect(more.stderr).toContain('NoNewPrivs is not set');
  });
});

/** Asks until a reader answers. */
async function retry(daemon: DaemonClient, request: object): Promise<Record<string, unknown>> {
  for (;;) {
    const answer = await daemon.ask(request);
    if (answer['status'] !== 'no reader' && answer['status'] !== 'reader died') return answer;
    await sleep(20);
  }
}

describe('a web process', () => {
  it('runs without a way to more rights, and sees only its own files', async () => {
    const daemon = start();
    const status = await (await fetch(`${await daemon.origin()}/status`)).text();
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
  });

  it('that dies is started again at the same port, with a new link of a new name on stdout and a reader', async () => {
    const daemon = start();
    const [first] = await daemon.lines(1);
    await daemon.get('/crash').catch(() => undefined);
    const [, second] = await daemon.lines(2);
    // The port was free for a moment, so the name is new.
    const [before, after] = [first, second].map((link) => new URL(link ?? ''));
    expect([after?.port, after?.hash]).toEqual([before?.port, before?.hash]);
    expect(after?.hostname).not.toBe(before?.hostname);
    expect(await retry(daemon, { op: 'system' })).toMatchObject({ status: 'system' });
  });

  it.each([null, { type: 'listening', port: '../../tmp/x', key: 'k' }, { type: 'minted', request: 1, key: '\u001b]0;x' }])(
    'that says %j is killed and restarted',
    async (message) => {
      const daemon = start();
      await daemon.lines(1);
      await daemon.get(`/say?${encodeURIComponent(JSON.stringify(message))}`).catch(() => undefined);
      expect(await daemon.lines(2)).toHaveLength(2);
      expect(daemon.log).toContain('it sent an unknown message');
      expect(await retry(daemon, { op: 'system' })).toMatchObject({ status: 'system' });
    },
  );

  it('that dies while it starts again is started once more', async () => {
    const own = makeDist();
    const daemon = new DaemonClient(own, ARGS);
    daemons.push(daemon);
    await daemon.lines(1);
    const web = join(own, 'web.js');
    const good = readFileSync(web);
    writeFileSync(web, 'process.exit(9);');
    await daemon.get('/crash').catch(() => undefined);
    await until(() => daemon.log.includes('exit status 9'), 10_000);
    writeFileSync(web, good);
    await daemon.lines(2);
    expect(await retry(daemon, { op: 'system' })).toMatchObject({ status: 'system' });
    expect(await daemon.stop()).toBe(0);
    removeDist(own);
  });

  it('that only listens after it was told to end is not announced', async () => {
    const own = makeDist();
    const listening = { type: 'listening', port: 4242, key: 'k'.repeat(43) };
    const late = `process.on('message', ({ type }) => {
  if (type === 'config') process.stderr.write('it starts\\n');
  if (type === 'shutdown') process.send(${JSON.stringify(listening)}, () => setTimeout(process.exit, 200, 0));
});`;
    writeFileSync(join(own, 'web.js'), late);
    const token = join(own, 'token');
    const daemon = new DaemonClient(own, [...ARGS, `--token-file=${token}`]);
    daemons.push(daemon);
    await until(() => daemon.log.includes('it starts'), 10_000);
    expect(await daemon.stop()).toBe(0);
    expect([daemon.out, existsSync(token)]).toEqual(['', false]);
    expect(daemon.log).not.toContain('listening');
    removeDist(own);
  });

  it('that keeps dying ends the daemon', async () => {
    const daemon = start();
    for (let deaths = 1; deaths <= 6; deaths++) {
      await daemon.lines(deaths);
      await daemon.get('/crash').catch(() => undefined);
    }
    expect(await daemon.ended()).toBe(1);
    expect(daemon.log).toMatch(/^procmap: the web process ended 6 times in 30 s/m);
  });
});

// As an unprivileged user, so that daemons of root on this machine do not answer.
describe.skipIf(ROOT && otherUser === null)('open', () => {
  const OPEN = `import { open } from ${JSON.stringify(join(import.meta.dirname, './open.ts'))};
    const [port] = process.argv.slice(1);
    try { await open({ verb: 'open', port: port === undefined ? null : Number(port), socket: null }, '/srv/procmap/server/dist'); }
    catch (error) { process.stderr.write(error.message); process.exitCode = error.exitStatus; }`;
  // A daemon of root may run on this machine beside the tests.
  const NONE =
    /^(?:no daemon is running; start one with: \/srv\/procmap\/server\/bin\/procmap serve|root's procmap is running; for a link of it run: sudo \/srv\/procmap\/server\/bin\/procmap open)$/;
  const prefix = otherUser ?? [];
  let runtime: string;

  beforeAll(() => {
    runtime = mkdtempSync(join(tmpdir(), 'procmap-run-'));
    if (otherUser !== null) execFileSync('chown', ['-R', '1234:1234', runtime, join(dist, '..', '..')]);
  });

  afterAll(() => {
    rmSync(runtime, { recursive: true });
    if (otherUser !== null) execFileSync('chown', ['-R', '0:0', join(dist, '..', '..')]);
  });

  function open(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const [command = '', ...rest] = [...prefix, process.execPath, '--input-type=module', '-e', OPEN, ...args];
    return spawnSync(command, rest, { env: { XDG_RUNTIME_DIR: runtime }, encoding: 'utf8' });
  }

  it('prints a fresh link of the daemon that runs, asks which when there are two, and says when there is none', async () => {
    expect(open()).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(NONE) as string,
    });
    const one = start(ARGS, { XDG_RUNTIME_DIR: runtime }, prefix);
    const [link = ''] = await one.lines(1);
    await until(() => existsSync(join(runtime, 'procmap')) && readdirSync(join(runtime, 'procmap')).length === 1, 2000);
    expect(open()).toMatchObject({ status: 0, stdout: `${link.replace('key-1-', 'key-2-')}\n` });

    const two = start(ARGS, { XDG_RUNTIME_DIR: runtime }, prefix);
    const port = new URL((await two.lines(1))[0] ?? '').port;
    await until(() => readdirSync(join(runtime, 'procmap')).length === 2, 2000);
    expect(open()).toMatchObject({ status: 1, stderr: expect.stringContaining('--port=N') as string });
    expect(open(port).stdout).toContain(`:${port}/`);

    await two.stop();
    await one.stop('SIGKILL');
    // One removed its socket, the other could not and left a stale one.
    expect(readdirSync(join(runtime, 'procmap'))).toHaveLength(1);
    expect(open()).toMatchObject({ status: 1, stderr: expect.stringMatching(NONE) as string });
  });

  it('does not trust a folder that others can enter', () => {
    execFileSync('chmod', ['755', join(runtime, 'procmap')]);
    // A port that no daemon of root uses either.
    expect(open('1')).toMatchObject({ status: 1, stderr: expect.stringContaining('is open to others') as string });
  });
});

it.runIf(ROOT)('root does not run what others can write', async () => {
  chmodSync(join(dist, 'web.js'), 0o666);
  const daemon = start(['--port=0']);
  expect(await daemon.ended()).toBe(1);
  expect(daemon.log).toBe(
    `procmap: users other than root can write to ${dist}/web.js, and so change what root would run; remove that permission: chmod go-w '${dist}/web.js', ` +
      'or start anyway with --unsafe-path (make run ARGS=--unsafe-path)\n',
  );
});
