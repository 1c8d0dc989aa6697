import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../test/fake-proc.ts';
import { DaemonClient, makeDist, removeDist } from '../../test/daemon-client.ts';
import { otherUser } from '../../test/other-user.ts';
import { READER_CAPABILITIES, READER_UID } from '../common/confinement.ts';
import { ARGS, childrenOf, childWith, Daemons, isAlive, retry, ROOT, until } from './daemons.fixture.ts';

const daemons = new Daemons();
let proc: FakeProc;

beforeAll(() => {
  proc = new FakeProc();
  proc.write(40, { maps: mapsLine(16, 1) });
});

afterAll(() => proc.dispose());

describe('a daemon', () => {
  it('prints the link first, logs JSON without secrets, hands the reader over, and ends in order', async () => {
    const daemon = daemons.start();
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
    const daemon = daemons.startFrom(own, [...ARGS, `--token-file=${join(folder, 'token')}`]);
    await until(() => readdirSync(folder).length > 0, 10_000);
    expect(await daemon.stop('SIGINT')).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
    removeDist(own);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('ends with status 0 on %s', async (signal) => {
    const daemon = daemons.start();
    await daemon.lines(1);
    expect(await daemon.stop(signal)).toBe(0);
  });

  it.runIf(ROOT)('without CAP_KILL ends what hangs all the same', async () => {
    const daemon = daemons.start(ARGS, {}, ['setpriv', '--bounding-set=-kill']);
    await daemon.lines(1);
    expect(daemon.log).toContain('CAP_KILL is missing');
    const children = childrenOf(daemon.process.pid);
    for (const child of children) process.kill(child, 'SIGSTOP');
    expect(await daemon.stop()).toBe(0);
    await until(() => !children.some(isAlive), 2000);
  });

  it('takes its children with it when it is killed', async () => {
    const daemon = daemons.start();
    await daemon.lines(1);
    const children = childrenOf(daemon.process.pid);
    await daemon.stop('SIGKILL');
    await until(() => !children.some(isAlive), 2000);
  });

  it('passes on its options, and nothing of its environment', async () => {
    const daemon = daemons.start([...ARGS, '--rate=2', '--allow-host=box'], { SECRET: 'x', NODE_OPTIONS: '--no-warnings' });
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
    const daemon = daemons.start([...ARGS, `--token-file=${file}`]);
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
    const daemon = daemons.start([`--port=${port}`, '--unsafe-path', `--token-file=${file}`]);
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
    const daemon = daemons.start();
    await daemon.ask({ op: 'system' });
    // The reader has ended before the daemon knows who holds the port, which takes a second here.
    await daemon.get('/taken').catch(() => undefined);
    expect(await daemon.ended()).toBe(1);
    expect(daemon.log).toMatch(/^procmap: port [0-9]+ is in use; /m);
    expect(daemon.log).not.toContain('the reader ended');
  });

  it('ends with the message of a web process that cannot continue', async () => {
    const daemon = daemons.start();
    await daemon.lines(1);
    await daemon.get('/fatal').catch(() => undefined);
    expect(await daemon.ended()).toBe(1);
    expect(daemon.log).toContain('procmap: something odd\n');
  });
});

describe('a reader', () => {
  it('that hangs is replaced within seconds, while the web process and other pids go on', async () => {
    const daemon = daemons.start(ARGS, { PROCMAP_PROC: proc.root });
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
    const daemon = daemons.start(ARGS, { PROCMAP_PROC: proc.root });
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
    const daemon = daemons.start();
    await daemon.ask({ op: 'system' });
    process.kill(childWith(daemon, 'reader.js'), 'SIGKILL');
    expect(await retry(daemon, { op: 'system' })).toMatchObject({ status: 'system', readers: 2 });
  });

  it.runIf(ROOT)('of root has three capabilities, a uid of its own and no way back', async () => {
    const daemon = daemons.start();
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
    const daemon = daemons.startFrom(his, ARGS, {}, [...(otherUser ?? []), `--inh-caps=${given}`, `--ambient-caps=${given}`]);
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
    const more = spawnSync(process.execPath, [join(daemons.dist, 'reader.js'), `--confined=${READER_UID}`], { encoding: 'utf8' });
    expect(more.status).toBe(1);
    expect(more.stderr).toContain('NoNewPrivs is not set');
  });
});

it.runIf(ROOT)('root does not run what others can write', async () => {
  chmodSync(join(daemons.dist, 'web.js'), 0o666);
  const daemon = daemons.start(['--port=0']);
  expect(await daemon.ended()).toBe(1);
  expect(daemon.log).toBe(
    `procmap: users other than root can write to ${daemons.dist}/web.js, and so change what root would run; remove that permission: chmod go-w '${daemons.dist}/web.js', ` +
      'or start anyway with --unsafe-path (make run ARGS=--unsafe-path)\n',
  );
});
