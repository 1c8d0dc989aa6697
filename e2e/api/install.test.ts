import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon, run } from '../daemon.ts';

/** `make install` into a folder of files, and out of it again. */
const PROJECT = join(import.meta.dirname, '..', '..');
let dest: string;

function install(what: 'install' | 'uninstall', prefix: string, destination = dest): void {
  execFileSync('sh', [join(PROJECT, 'systemd/install.sh'), what], { env: { PATH: process.env['PATH'], DESTDIR: destination, PREFIX: prefix }, stdio: 'pipe' });
}

/** Paths of all that are no folders. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [] : [join(entry.parentPath, entry.name)]));
}

beforeAll(() => {
  dest = mkdtempSync(join(tmpdir(), 'procmap-install-'));
  chmodSync(dest, 0o755);
});
afterAll(() => {
  rmSync(dest, { recursive: true });
});

describe('make install', () => {
  it('puts everything below PREFIX, readable by all and writable by nobody else, whatever the umask', () => {
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
    ])
      expect(files).toContain(join(dest, 'opt/there', path));
    expect(files.filter((path) => path.endsWith('.map') || path.includes('.test.'))).toEqual([]);
    for (const path of files.filter((file) => !file.endsWith('/bin/procmap') && !file.endsWith('/bin/node') && !file.endsWith('/notify-fd')))
      expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o644]);
    expect(statSync(join(dest, 'opt/there/lib/procmap/bin/node')).mode & 0o777).toBe(0o755);
  });

  it('makes units that name the place', () => {
    const unit = readFileSync(join(dest, 'opt/there/lib/systemd/system/procmap.service'), 'utf8');
    expect(unit).toContain('ExecStart=/opt/there/lib/procmap/systemd/notify-fd /opt/there/lib/procmap/bin/node ');
    expect(unit).not.toContain('/usr/lib/procmap');
  });

  it('brings its own Node: it runs with nothing on PATH and another Node in the way, by a link too', async () => {
    const away = join(dest, 'away');
    mkdirSync(away);
    symlinkSync(join(dest, 'opt/there/bin/procmap'), join(away, 'p'));
    writeFileSync(join(away, 'node'), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
    const env = { PATH: `${away}:/usr/bin:/bin`, NODE_OPTIONS: '--nonsense' };
    expect((await run([join(away, 'p'), '--version'], env)).stdout).toMatch(/^procmap \d/);
    const { stdout } = await run([join(away, 'p'), `--pid=${process.pid}`, '--no-log', '--no-color'], env);
    expect(stdout).toContain('User half');
    const daemon = await Daemon.start({ procmap: join(away, 'p'), env });
    try {
      expect(await (await fetch(daemon.origin)).text()).toContain('<title>procmap</title>');
      expect(await daemon.json(`/api/processes/${process.pid}/map`)).toMatchObject({ pid: process.pid });
    } finally {
      await daemon.stop();
    }
    rmSync(away, { recursive: true });
  });

  it('leaves nothing of a version before, and nothing when it goes; what is not its own stays', () => {
    const old = join(dest, 'opt/there/lib/procmap/server/dist/chunk-old.js');
    writeFileSync(old, '');
    writeFileSync(join(dest, 'opt/there/bin/other'), 'mine');
    install('install', '/opt/there');
    expect(existsSync(old)).toBe(false);
    install('uninstall', '/opt/there');
    expect(filesIn(dest)).toEqual([join(dest, 'opt/there/bin/other')]);
    // Once more is no error.
    install('uninstall', '/opt/there');
  });

  it('takes no PREFIX that is none', async () => {
    const { status, stderr } = await run(['sh', join(PROJECT, 'systemd/install.sh'), 'install'], { DESTDIR: dest, PREFIX: 'usr' });
    expect([status, stderr]).toEqual([2, "procmap: PREFIX must be an absolute path, not 'usr'\n"]);
  });
});

it('make deb makes the same bytes twice', () => {
  // Quicker than the compressed one, and the same otherwise.
  const make = (): Buffer => {
    const path = execFileSync('sh', [join(PROJECT, 'systemd/deb.sh')], { env: { ...process.env, DPKG_DEB_COMPRESSOR_TYPE: 'none' }, encoding: 'utf8' });
    return readFileSync(join(PROJECT, path.trim()));
  };
  const first = make();
  expect(make().equals(first)).toBe(true);
});
