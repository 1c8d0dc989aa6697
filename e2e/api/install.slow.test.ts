import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon, run } from '../daemon.ts';
import { fetchFrom } from '../http.ts';

/** `make install` into a folder, and `make uninstall`. */
const PROJECT = join(import.meta.dirname, '..', '..');
let dest: string;

function install(what: 'install' | 'uninstall', prefix: string, destination = dest): void {
  execFileSync('sh', [join(PROJECT, 'systemd/install.sh'), what], { env: { PATH: process.env['PATH'], DESTDIR: destination, PREFIX: prefix }, stdio: 'pipe' });
}

/** All paths except folders. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [] : [join(entry.parentPath, entry.name)]));
}

/** All paths below it, including folders. */
function everythingIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

beforeAll(() => {
  dest = mkdtempSync(join(tmpdir(), 'procmap-install-'));
  chmodSync(dest, 0o755);
});
afterAll(() => rmSync(dest, { recursive: true }));

describe('make install', () => {
  it('puts everything below PREFIX, readable by all and writable by the owner only, with any umask', () => {
    const umask = process.umask(0o077);
    try {
      install('install', '/opt/there');
    } finally {
      process.umask(umask);
    }
    const files = filesIn(dest);
    for (const path of [
      'bin/procmap',
      'share/man/man1/procmap.1',
      'share/bash-completion/completions/procmap',
      'share/zsh/site-functions/_procmap',
      'lib/systemd/system/procmap.socket',
      'lib/procmap/web/dist/index.html',
      'share/doc/procmap/server/README.md',
    ])
      expect(files).toContain(join(dest, 'opt/there', path));
    expect(files.filter((path) => path.endsWith('.map') || path.includes('.test.'))).toEqual([]);
    for (const path of files.filter((file) => !file.endsWith('/bin/procmap') && !file.endsWith('/bin/node') && !file.endsWith('/notify-fd')))
      expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o644]);
    expect(statSync(join(dest, 'opt/there/lib/procmap/bin/node')).mode & 0o777).toBe(0o755);
  });

  it.runIf(process.getuid?.() === 0)('makes all of it root’s, also below a folder that hands its group on', () => {
    const shared = join(dest, 'shared');
    mkdirSync(shared);
    chownSync(shared, 0, 65_534);
    chmodSync(shared, 0o2775);
    install('install', '/usr/local', shared);
    for (const path of everythingIn(shared)) {
      const entry = lstatSync(join(shared, path));
      const odd = entry.isSymbolicLink() ? 0 : entry.mode & 0o7022;
      expect([path, entry.uid, entry.gid, odd]).toEqual([path, 0, 0, 0]);
    }
    install('uninstall', '/usr/local', shared);
    expect(everythingIn(shared)).toEqual([]);
    rmSync(shared, { recursive: true });
  });

  it('brings the licence of Node, and of each package that is in the bundles', () => {
    const { sources } = JSON.parse(readFileSync(join(PROJECT, 'server/dist/web-app.cjs.map'), 'utf8')) as { sources: string[] };
    const names = new Set(sources.flatMap((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));
    expect(names.size).toBeGreaterThan(20);
    const text = readFileSync(join(dest, 'opt/there/share/doc/procmap/third-party.txt'), 'utf8');
    for (const name of [...names, 'svelte', 'd3-ease', 'Node.js']) expect(text.split('\n').filter((line) => line.startsWith(`${name} `))).not.toEqual([]);
    for (const name of ['OpenSSL', 'libuv', 'Matteo Collina']) expect(text).toContain(name);
  });

  it('makes units that name the place', () => {
    const unit = readFileSync(join(dest, 'opt/there/lib/systemd/system/procmap.service'), 'utf8');
    expect(unit).toContain('ExecStart=/opt/there/lib/procmap/systemd/notify-fd /opt/there/lib/procmap/bin/node ');
    expect(unit).not.toContain('/usr/lib/procmap');
  });

  it('brings its own Node: it runs with an empty PATH, with another Node first, and by a link', async () => {
    const away = join(dest, 'away');
    mkdirSync(away);
    symlinkSync(join(dest, 'opt/there/bin/procmap'), join(away, 'p'));
    writeFileSync(join(away, 'node'), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
    const env = { PATH: `${away}:/usr/bin:/bin`, NODE_OPTIONS: '--nonsense' };
    expect((await run([join(away, 'p'), '--version'], env)).stdout).toMatch(/^procmap \d/);
    expect((await run(['env', '-i', join(away, 'p'), '--version'])).stdout).toMatch(/^procmap \d/);
    const { stdout } = await run([join(away, 'p'), `--pid=${process.pid}`, '--no-log', '--no-color'], env);
    expect(stdout).toContain('User half');
    const daemon = await Daemon.start({ procmap: join(away, 'p'), env });
    try {
      expect(await (await fetchFrom(daemon.origin, '/')).text()).toContain('<title>procmap</title>');
      expect(await daemon.json(`/api/processes/${process.pid}/map`)).toMatchObject({ pid: process.pid });
    } finally {
      await daemon.stop();
    }
    rmSync(away, { recursive: true });
  });

  it('removes the previous version and, when uninstalled, all its own files and no others', () => {
    const there = join(dest, 'opt/there');
    const old = ['lib/procmap/server/dist/chunk-old.js', 'lib/systemd/system/procmap-old.service'];
    for (const path of old) writeFileSync(join(there, path), '');
    // As that version recorded it.
    appendFileSync(join(there, 'lib/procmap/installed'), old.map((path) => `/opt/there/${path}\n`).join(''));
    writeFileSync(join(there, 'bin/other'), 'mine');
    writeFileSync(join(there, 'lib/procmap/mine'), 'mine');
    install('install', '/opt/there');
    for (const path of old) expect([path, existsSync(join(there, path))]).toEqual([path, false]);
    install('uninstall', '/opt/there');
    expect(everythingIn(there)).toEqual(['bin', 'bin/other', 'lib', 'lib/procmap', 'lib/procmap/mine']);
    // A second time is not an error.
    install('uninstall', '/opt/there');
  });

  it('takes the folders away that it made, and leaves those that were there', () => {
    const folder = join(dest, 'a folder');
    mkdirSync(join(folder, 'usr/share/man/man1'), { recursive: true });
    const before = everythingIn(folder);
    install('install', '/usr/', folder);
    // As in Debian's own packages, even if PREFIX ends with a slash.
    expect(existsSync(join(folder, 'usr/share/zsh/vendor-completions/_procmap'))).toBe(true);
    install('install', '/usr', folder);
    install('uninstall', '/usr', folder);
    expect(everythingIn(folder)).toEqual(before);
  });

  it.each(['usr', '/opt/my tree', '/opt/../etc', '/opt/*', '/opt/a|b'])('takes no PREFIX like %s, and touches nothing', async (prefix) => {
    const other = join(dest, 'opt/my');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'file'), 'mine');
    const before = everythingIn(dest);
    for (const what of ['install', 'uninstall']) {
      const { status, stderr } = await run(['sh', join(PROJECT, 'systemd/install.sh'), what], { DESTDIR: dest, PREFIX: prefix });
      expect([status, stderr]).toEqual([2, `procmap: PREFIX must be an absolute path of letters, digits and . _ + -, without .., and is '${prefix}'\n`]);
    }
    expect(everythingIn(dest)).toEqual(before);
  });
});

it('make deb makes the same bytes, whatever the umask and the group of the checkout', () => {
  const make = (): Buffer => {
    // Faster without compression, otherwise the same.
    const path = execFileSync('sh', [join(PROJECT, 'systemd/deb.sh')], { env: { ...process.env, DPKG_DEB_COMPRESSOR_TYPE: 'none' }, encoding: 'utf8' });
    return readFileSync(join(PROJECT, path.trim()));
  };
  const first = make();
  chmodSync(join(PROJECT, '.cache/deb'), 0o2775);
  const umask = process.umask(0o077);
  try {
    expect(make().equals(first)).toBe(true);
  } finally {
    process.umask(umask);
    chmodSync(join(PROJECT, '.cache/deb'), 0o755);
  }
});

it('make deb asks for the libraries that its Node was linked against', async () => {
  const { stdout } = await run(['objdump', '-p', process.execPath]);
  const newest = (name: string): string | undefined => {
    const versions = Array.from(stdout.matchAll(new RegExp(`\\b${name}_([0-9.]+)$`, 'gm')), ([, version = '']) => version);
    return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  };
  const control = readFileSync(join(PROJECT, 'systemd/deb.sh'), 'utf8');
  expect(control).toContain(`libc6 (>= ${newest('GLIBC') ?? ''})`);
  // The first version with GCC 7.1 (libstdc++'s abi.xml). If a new Node needs another, the package must depend on a newer libstdc++6.
  expect(newest('CXXABI')).toBe('1.3.11');
  expect(control).toContain('libstdc++6 (>= 7.1)');
  expect(Number(newest('GLIBCXX')?.split('.').at(-1))).toBeLessThanOrEqual(23);
});
