import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { childWith } from '../rights.ts';
import { argsOf, assetsOf, copyIn, FORMS, partOf } from '../served-page.ts';
import { NODE, Tree } from '../tree.ts';

const root = process.getuid?.() === 0;
const UID = 4321;
/** Folder for copies of this user's daemons; those that the tests start use XDG_RUNTIME_DIR. */
const runtime = root ? '/run' : mkdtempSync(join(tmpdir(), 'procmap-runtime-'));
const env = root ? {} : { XDG_RUNTIME_DIR: runtime };
const daemons: Daemon[] = [];

async function start(options: Parameters<typeof Daemon.start>[0] = {}): Promise<Daemon> {
  const daemon = await Daemon.start({ env, ...options });
  daemons.push(daemon);
  return daemon;
}

function copyOf(daemon: Daemon, folder = runtime): string {
  const copy = copyIn(folder, daemon.pid);
  if (copy === null) throw new Error('there is no copy of the page');
  return copy;
}

afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.stop();
});

afterAll(() => {
  if (!root) rmSync(runtime, { recursive: true });
});

describe('the page of a build', () => {
  it('has its script and style in three forms, each smaller than the one before', async () => {
    const { origin } = await start();
    const assets = await assetsOf(origin);
    expect(assets.map((path) => path.split('.').at(-1)).sort()).toEqual(['css', 'js']);
    for (const path of assets) {
      const plain = await partOf(origin, path);
      const sizes: number[] = [];
      for (const [name, undo] of FORMS) {
        const { status, headers, bytes } = await partOf(origin, path, name);
        expect([status, headers['content-encoding']]).toEqual([200, name === 'identity' ? undefined : name]);
        expect(headers['cache-control']).toBe('private, max-age=31536000, immutable');
        expect(undo(bytes).equals(plain.bytes)).toBe(true);
        sizes.push(bytes.length);
      }
      expect(sizes.toSorted((a, b) => b - a)).toEqual(sizes);
      expect(new Set(sizes).size).toBe(FORMS.length);
    }
  });

  it('has one route a file, also of the worker', async () => {
    const daemon = await start();
    const files = readdirSync(join(copyOf(daemon), 'assets'));
    expect(files.some((name) => /worker.*\.js$/.test(name))).toBe(true);
    for (const name of files) expect([name, (await partOf(daemon.origin, `/assets/${name}`)).status]).toEqual([name, /\.(br|gz)$/.test(name) ? 404 : 200]);
  });
});

describe('of a checkout', () => {
  it('the served copy is readable by all, writable by its owner only, and removed with the daemon', async () => {
    const daemon = await start();
    const copy = copyOf(daemon);
    for (const name of ['', ...readdirSync(copy, { recursive: true, encoding: 'utf8' })]) {
      const there = lstatSync(join(copy, name));
      expect([name, there.uid, there.isDirectory() ? 'folder' : 'file', there.mode & 0o7777]).toEqual(
        there.isDirectory() ? [name, process.getuid?.(), 'folder', 0o755] : [name, process.getuid?.(), 'file', 0o644],
      );
    }
    expect(await daemon.stop('SIGTERM')).toBe(0);
    expect(existsSync(copy)).toBe(false);
  });

  it('the copy of a killed daemon is removed at the next start, that of a running one stays', async () => {
    const [killed, living] = [await start(), await start()];
    const [left, kept] = [copyOf(killed), copyOf(living)];
    await killed.stop('SIGKILL');
    expect(existsSync(left)).toBe(true);
    await start();
    expect([existsSync(left), existsSync(kept)]).toEqual([false, true]);
    for (const path of await assetsOf(living.origin)) expect((await partOf(living.origin, path)).status).toBe(200);
  });

  it('a web process that follows another serves the same files', async () => {
    const daemon = await start();
    const copy = copyOf(daemon);
    const [path = ''] = await assetsOf(daemon.origin);
    const { bytes } = await partOf(daemon.origin, path, 'br');
    const web = childWith(daemon, 'web.js');
    process.kill(web, 'SIGKILL');
    await expect.poll(async () => daemon.freshLink().catch(() => daemon.link), { timeout: 10_000 }).not.toContain(new URL(daemon.origin).hostname);
    const { origin } = new URL(await daemon.freshLink());
    expect(copyOf(daemon)).toBe(copy);
    expect((await partOf(origin, path, 'br')).bytes.equals(bytes)).toBe(true);
  });

  it('a page whose folder is gone is served as it was', async () => {
    const daemon = await start();
    const assets = await assetsOf(daemon.origin);
    const before = await Promise.all(assets.map((path) => partOf(daemon.origin, path)));
    rmSync(copyOf(daemon), { recursive: true });
    for (const [i, path] of assets.entries()) {
      const { status, headers, bytes } = await partOf(daemon.origin, path, 'br');
      expect([status, headers['content-type'], headers['content-encoding']]).toEqual([200, before[i]?.headers['content-type'], undefined]);
      expect(before[i]?.bytes.equals(bytes)).toBe(true);
    }
  });

  it.runIf(root)('the copy of a user’s daemon is in the folder of that user', async () => {
    const tree = new Tree();
    const daemon = await start({ procmap: tree.procmap, uid: UID });
    const folder = dirname(daemon.tokenFile);
    const copy = copyOf(daemon, folder);
    expect([lstatSync(copy).uid, lstatSync(copy).mode & 0o7777]).toEqual([UID, 0o755]);
    for (const path of await assetsOf(daemon.origin)) expect((await partOf(daemon.origin, path)).status).toBe(200);
    process.kill(daemon.pid, 'SIGTERM');
    await expect.poll(() => existsSync(copy)).toBe(false);
    tree.dispose();
  });
});

describe('a build', () => {
  let home: string;
  let tree: Tree;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'procmap-home-'));
    tree = new Tree(home);
    chmodSync(home, 0o700);
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it('in a closed home is served, also while another one is made there', async () => {
    const daemon = await start({ procmap: tree.procmap });
    const { origin } = daemon;
    const page = (await partOf(origin, '/')).bytes.toString();
    const before = await Promise.all(
      (await assetsOf(origin)).map(async (path) => [path, (await partOf(origin, path, 'br')).bytes.toString('latin1')] as const),
    );
    expect(before).toHaveLength(2);
    const dist = join(tree.root, 'web/dist');
    const built = `${dist}.built`;
    renameSync(dist, built);
    mkdirSync(join(dist, 'assets'), { recursive: true });
    writeFileSync(join(dist, 'index.html'), 'another');
    for (const [path] of before) for (const form of ['', '.br']) writeFileSync(join(dist, `${path}${form}`), 'another');
    expect((await partOf(origin, '/')).bytes.toString()).toBe(page);
    for (const [path, bytes] of before) expect((await partOf(origin, path, 'br')).bytes.toString('latin1')).toBe(bytes);
    rmSync(dist, { recursive: true });
    renameSync(built, dist);
  });

  it('that is installed is served from where it is', async () => {
    const installed = new Tree();
    mkdirSync(join(installed.root, 'bin'));
    renameSync(join(installed.root, NODE), join(installed.root, 'bin/node'));
    chmodSync(installed.root, 0o755);
    const daemon = await start({ procmap: installed.procmap });
    expect(copyIn(runtime, daemon.pid)).toBe(null);
    const [path = ''] = await assetsOf(daemon.origin);
    expect((await partOf(daemon.origin, path, 'gzip')).headers['content-encoding']).toBe('gzip');
    // It still shows its own commands.
    expect((await partOf(daemon.origin, '/', 'br')).bytes.toString()).toContain(`${installed.procmap} open`);
    appendFileSync(join(installed.root, 'web/dist/assets/later.js'), 'x');
    expect((await partOf(daemon.origin, '/assets/later.js')).status).toBe(404);
    await daemon.stop();
    expect(readdirSync(join(installed.root, 'web/dist'))).toContain('index.html');
    installed.dispose();
  });
});

describe('a web process', () => {
  it('can only read the page, its own scripts and its own status, and write nothing', async () => {
    const daemon = await start();
    const copy = copyOf(daemon);
    const other = `${copy}x`;
    mkdirSync(other);
    writeFileSync(join(other, 'file'), 'x');
    // Its command line, with another script in place of its own.
    const [program = '', ...words] = argsOf(childWith(daemon, 'web.js'));
    const script = words.at(-1) ?? '';
    const probe = `
      const fs = require('node:fs');
      const tell = (what) => { try { what(); return 'done'; } catch (error) { return error.code; } };
      const read = (path) => tell(() => fs.statSync(path).isDirectory() ? fs.readdirSync(path) : fs.readFileSync(path));
      const [copy, script, other] = process.argv.slice(1);
      console.log(JSON.stringify({
        may: [copy, copy + '/index.html', script, '/proc/self/status'].map(read),
        not: ['/etc/passwd', '/', '/run', '/tmp', '/proc/1/status', '/proc/self/environ', '/proc/self/maps', other, other + '/file', process.execPath].map(read),
        write: [tell(() => fs.writeFileSync(copy + '/x', '')), tell(() => fs.rmSync(copy + '/index.html')), tell(() => fs.writeFileSync(other + '/file', ''))],
        run: tell(() => require('node:child_process').execFileSync('true')),
      }));`;
    const { stdout, stderr } = spawnSync(program, [...words.slice(0, -1), '-e', probe, copy, script, other], { encoding: 'utf8', cwd: '/' });
    rmSync(other, { recursive: true });
    expect(stderr).toBe('');
    const denied = 'ERR_ACCESS_DENIED';
    expect(JSON.parse(stdout)).toEqual({
      may: ['done', 'done', 'done', 'done'],
      not: new Array(10).fill(denied),
      write: [denied, denied, denied],
      run: denied,
    });
  });

  it('of the service can read the page, the scripts and what its unit names', () => {
    const unit = readFileSync(new URL('../../systemd/procmap.service', import.meta.url), 'utf8');
    expect([...unit.matchAll(/--allow-fs-read=(\S+)/g)].map(([, path]) => path)).toEqual([
      '/usr/lib/procmap/server/dist/',
      '/usr/lib/procmap/web/dist/',
      '/proc/self/status',
      '/proc/self/net/if_inet6',
      '${CREDENTIALS_DIRECTORY}/token',
    ]);
    expect(unit).not.toMatch(/--allow-(fs-write|child-process|worker|addons|wasi)/);
  });
});
