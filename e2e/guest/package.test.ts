import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../daemon.ts';
import { DebianRoot, whyNoRoot } from './image/debian-root.ts';
import { wantedGuest } from './guests.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const why = whyNoRoot() ?? (wantedGuest() === null ? null : 'a guest is wanted');
if (why !== null) process.stderr.write(`procmap: the tests of the package are skipped: ${why}\n`);

/** Makes the package, and copies it into a root. */
function bring(root: DebianRoot): void {
  const deb = execFileSync('sh', [join(PROJECT, 'systemd/deb.sh')], { encoding: 'utf8', env: { ...process.env, DPKG_DEB_COMPRESSOR_TYPE: 'none' } }).trim();
  copyFileSync(join(PROJECT, deb), join(root.path, 'procmap.deb'));
}

/** Files that the package manager and others keep. */
const KEPT = / (procmap\.deb|var\/(log|lib\/dpkg|lib\/dkms\/mok|cache)(\/|$)|usr\/lib\/modules\/[^/]+\/modules\.)/;

async function expectAsBefore(root: DebianRoot, before: readonly string[]): Promise<void> {
  const own = (paths: readonly string[]): string[] => paths.filter((path) => !KEPT.test(path));
  expect(own(await root.files())).toEqual(own(before));
}

describe.skipIf(why !== null)('the package in the least Debian', () => {
  let root: DebianRoot;
  let before: string[];
  let installed: Ended;

  beforeAll(async () => {
    root = await DebianRoot.copy('least');
    bring(root);
    before = await root.files();
    installed = await root.run('dpkg', '-i', '/procmap.deb');
  });
  afterAll(() => root.dispose());

  it('needs nothing but what it depends on', () => expect(installed).toMatchObject({ status: 0, stderr: '' }));

  it('runs, with an empty environment too', async () => {
    expect(await root.run('env', '-i', '/usr/bin/procmap', '--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^procmap \d/) as string });
    expect(await root.run('procmap', '--pid=1', '--no-log')).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('User half') as string });
  });

  it('serves as root, from folders that only root can write to', async () => {
    // The root has neither curl nor wget, but Node. All processes in it end with the script.
    const script = `
      mkfifo /tmp/link
      procmap serve --port=0 --token-file=/tmp/token >/tmp/link 2>/tmp/log &
      read -r link </tmp/link || { cat /tmp/log >&2; exit 1; }
      /usr/lib/procmap/bin/node -e '
        const { host, port } = new URL(process.argv[1]);
        const headers = { host, authorization: "Bearer " + require("fs").readFileSync("/tmp/token", "utf8").trim() };
        // Only browsers can resolve the name in the link.
        const get = (path) => new Promise((resolve) => require("http").get({ host: "127.0.0.1", port, path, headers }, (answer) => resolve(require("stream/consumers").text(answer))));
        Promise.all(["/", "/api/processes/0/map", "/api/processes/1/map"].map(get)).then((all) => console.log(JSON.stringify(all)));
      ' "$link"
      kill $!
      wait
      rm -f /tmp/link /tmp/log`;
    const { stdout, stderr } = await root.run('sh', '-c', script);
    const [page, wrong, map] = JSON.parse(stdout || `["${stderr}"]`) as string[];
    expect(page).toContain('<title>procmap</title>');
    expect(wrong).toContain('"error"');
    expect(map).toContain('"pid":1,');
  });

  it('goes without a trace, and does so without systemd', async () => {
    expect(await root.run('dpkg', '--purge', 'procmap')).toMatchObject({ status: 0, stderr: '' });
    await expectAsBefore(root, before);
    expect(readFileSync(join(root.path, 'etc/passwd'), 'utf8')).not.toContain('procmap');
  });
});

describe.skipIf(why !== null)('the package and DKMS', () => {
  let root: DebianRoot;
  let before: string[];
  let release: string;

  beforeAll(async () => {
    root = await DebianRoot.copy();
    release = root.release;
    bring(root);
    before = await root.files();
  });
  afterAll(() => root.dispose());

  const away = (path: string): void => renameSync(join(root.path, path), join(root.path, `${path}.away`));
  const back = (path: string): void => renameSync(join(root.path, `${path}.away`), join(root.path, path));
  const status = async (): Promise<string> => (await root.run('dkms', 'status')).stdout;
  const installed = (): string => `procmap/1.0, ${release}, x86_64: installed\n`;

  it('says what to do where no kernel has headers, and installs all the same', async () => {
    away('usr/lib/modules');
    try {
      const { status: ended, stderr } = await root.run('dpkg', '-i', '/procmap.deb');
      expect([ended, ...stderr.split('\n').filter((line) => line.startsWith('procmap'))]).toEqual([
        0,
        'procmap: its kernel module is not built: no kernel has its headers installed (linux-headers); DKMS builds it when one has. procmap works without it',
      ]);
      expect(await status()).toBe('procmap/1.0: added\n');
    } finally {
      back('usr/lib/modules');
    }
    // As in the hook for each new kernel.
    expect((await root.run('dkms', 'autoinstall', '-k', release)).status).toBe(0);
    expect(await status()).toBe(installed());
  });

  it('can be installed again over itself, which rebuilds the module', async () => {
    const old = join(root.path, `var/lib/dkms/procmap/1.0/${release}/x86_64/module/old`);
    writeFileSync(old, '');
    expect(await root.run('dpkg', '-i', '/procmap.deb')).toMatchObject({ status: 0, stderr: '' });
    expect(await status()).toBe(installed());
    expect(existsSync(old)).toBe(false);
  });

  it('says so when the module does not build, and installs all the same', async () => {
    away('usr/bin/make');
    try {
      const { status: ended, stderr } = await root.run('dpkg', '-i', '/procmap.deb');
      expect(ended).toBe(0);
      expect(stderr).toContain(`procmap: the kernel module does not build for ${release}; procmap works without it\n`);
    } finally {
      back('usr/bin/make');
    }
  });

  it('has it built when DKMS comes later, as apt may have it', async () => {
    await root.run('dpkg', '-r', 'procmap');
    away('usr/sbin/dkms');
    expect(await root.run('dpkg', '-i', '/procmap.deb')).toMatchObject({ status: 0, stderr: '' });
    back('usr/sbin/dkms');
    expect(await status()).toBe('');
    // dpkg does this when it unpacks a file that a package waits for.
    await root.run('dpkg-trigger', '--by-package=dkms', '/usr/sbin/dkms');
    expect(await root.run('dpkg', '--triggers-only', '-a')).toMatchObject({ status: 0 });
    expect(await status()).toBe(installed());
  });

  it('is not mixed with what make install puts there', async () => {
    for (const file of ['systemd/install.sh', 'lkm/dkms.conf']) {
      mkdirSync(join(root.path, 'checkout', file, '..'), { recursive: true });
      copyFileSync(join(PROJECT, file), join(root.path, 'checkout', file));
    }
    for (const what of ['install', 'uninstall'])
      expect(await root.run('sh', '/checkout/systemd/install.sh', what)).toEqual({
        status: 1,
        stdout: '',
        stderr: 'procmap: the Debian package is installed; remove it first (apt-get remove procmap)\n',
      });
    await root.run('rm', '-r', '/checkout');
  });

  it('takes the module out of DKMS when it goes, and leaves no trace', async () => {
    expect(await root.run('dpkg', '-r', 'procmap')).toMatchObject({ status: 0, stderr: '' });
    expect(await status()).toBe('');
    expect(await root.run('dpkg', '--purge', 'procmap')).toMatchObject({ status: 0, stderr: '' });
    await expectAsBefore(root, before);
    expect(readFileSync(join(root.path, 'etc/passwd'), 'utf8')).not.toContain('procmap');
  });
});
