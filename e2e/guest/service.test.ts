import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { READER_CAPABILITIES } from '../../server/src/common/confinement.ts';
import { parseOwnStatus } from '../../server/src/common/own-status.ts';
import { buildFixtures, FIXTURES } from '../fixtures/fixture.ts';
import { DebianRoot } from './image/debian-root.ts';
import { runUnderSystemd, whyNoGuest } from './guest.ts';
import { wantedGuest } from './guests.ts';
import { Kernel } from './image/kernel.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
/** Seen: 240 s, and over 700 s beside others on a busy machine. */
const TIME_LIMIT_MS = 900_000;
const HOOK_LIMIT_MS = 1_000_000;
const why = whyNoGuest() ?? (wantedGuest() === null ? null : 'another guest is wanted');
if (why !== null) process.stderr.write(`procmap: the tests of the package and its services are skipped: ${why}\n`);

/** The Debian package in a clean Debian, first in a root of files alone, then under systemd on a real kernel. */
describe.skipIf(why !== null)('the package', () => {
  let root: DebianRoot;
  let before: string[];
  let installing: string;
  const notes = new Map<string, string>();

  beforeAll(async () => {
    const deb = execFileSync('sh', [join(PROJECT, 'systemd/deb.sh')], { encoding: 'utf8', env: { ...process.env, DPKG_DEB_COMPRESSOR_TYPE: 'none' } }).trim();
    root = await DebianRoot.copy();
    before = await root.files();
    copyFileSync(join(PROJECT, deb), join(root.path, 'procmap.deb'));
    const { status, stdout, stderr } = await root.run('dpkg', '-i', '/procmap.deb');
    installing = stdout + stderr;
    if (status !== 0) throw new Error(installing);
    buildFixtures();
    const kernel = await Kernel.ofRelease(root.release);
    const files = {
      'service-in-guest.sh': join(import.meta.dirname, 'in-guest', 'service-in-guest.sh'),
      'probe.ts': join(import.meta.dirname, 'in-guest', 'probe.ts'),
      mute: `${FIXTURES}bin/mute`,
      resident: `${FIXTURES}bin/resident`,
    };
    const options = { kernel, cpu: 'max,-la57', memoryMib: 2048, modules: ['fuse'], timeLimitMs: TIME_LIMIT_MS };
    const ran = await runUnderSystemd(['sh', '/out/service-in-guest.sh'], root.path, files, options, (out) => {
      for (const name of readdirSync(out)) notes.set(name, readFileSync(join(out, name), 'utf8'));
    });
    if (ran.status !== 0) throw new Error(`${ran.stdout} ${ran.stderr}`);
  }, HOOK_LIMIT_MS);
  afterAll(() => root.dispose());

  function note(name: string): string {
    const text = notes.get(name);
    if (text === undefined) throw new Error(`the guest left no ${name}, but ${[...notes.keys()].join(' ')}: ${notes.get('stderr') ?? ''}`);
    return text;
  }

  function json(name: string): unknown {
    return JSON.parse(note(name));
  }

  it('installs a program with its own Node, a man page, completions and units, all owned by root', async () => {
    expect((await root.run('procmap', '--version')).stdout).toMatch(/^procmap \d/);
    expect((await root.run('procmap', '--pid=1', '--no-log')).stdout).toContain('User half');
    expect((await root.run('sh', '-c', 'dpkg -L procmap | xargs stat -c "%U %G %a %n" | grep -vE "^root root (755|644|777) "')).stdout).toBe('');
    const { stdout } = await root.run('dpkg', '-L', 'procmap');
    for (const path of [
      '/usr/bin/procmap',
      '/usr/share/man/man1/procmap.1.gz',
      '/usr/share/bash-completion/completions/procmap',
      '/usr/lib/systemd/system/procmap.service',
    ])
      expect(stdout).toContain(`${path}\n`);
    expect((await root.run('dpkg', '-V', 'procmap')).stdout).toBe('');
  });

  it('builds the kernel module by DKMS, and starts nothing', async () => {
    expect(installing).not.toMatch(/error|warning/i);
    expect((await root.run('dkms', 'status')).stdout).toMatch(new RegExp(`^procmap/[\\d.]+, ${root.release}, x86_64: installed`, 'm'));
    expect((await root.run('systemctl', 'is-enabled', 'procmap.socket', 'procmap-reader.socket')).stdout).toBe('disabled\ndisabled\n');
  });

  it('is of units that systemd understands and finds well closed', async () => {
    const units = ['procmap', 'procmap-reader', 'procmap-files', 'procmap-control'].flatMap((name) => [
      `/usr/lib/systemd/system/${name}.socket`,
      ...(name === 'procmap-control' ? [] : [`/usr/lib/systemd/system/${name}.service`]),
    ]);
    // Its status is 0 even for unknown settings, so check its output. A minimal Debian has no man pages.
    expect(await root.run('systemd-analyze', 'verify', '--man=no', ...units)).toEqual({ status: 0, stdout: '', stderr: '' });
    for (const [name, most] of [
      ['procmap.service', 1],
      ['procmap-reader.service', 2.5],
      ['procmap-files.service', 2.5],
    ] as const) {
      const { stdout } = await root.run('systemd-analyze', 'security', '--offline=yes', '--no-pager', `/usr/lib/systemd/system/${name}`);
      const exposure = Number(/Overall exposure level for .*: ([0-9.]+)/.exec(stdout)?.[1]);
      expect(exposure, stdout).toBeLessThanOrEqual(most);
    }
  });

  it('serves when it is asked for the first time', () => {
    expect(note('sockets-active')).toBe('active\n'.repeat(4));
    expect(note('web-before')).toBe('inactive\n');
    expect(note('healthz')).toBe('{"status":"ok"}');
    expect(note('services-active')).toBe('active\n'.repeat(3));
  });

  it('reports everything as elsewhere: maps, figures, pages, programs, and the kernel half from the module', () => {
    expect(json('map.json')).toMatchObject({ pid: 1, comm: 'systemd', kernel_source: 'lkm' });
    expect(json('stats.json')).toMatchObject({ smem: { pss_kb: expect.any(Number) as number } });
    expect((json('smaps.json') as { rows: unknown[] }).rows.length).toBeGreaterThan(20);
    expect(note('pages.json')).toContain('"states"');
    expect(json('program.json')).toMatchObject({ exe: expect.stringContaining('/systemd') as string });
    expect(json('system.json')).toMatchObject({ uid: 65_533, reads_all: true, capabilities: expect.arrayContaining([...READER_CAPABILITIES]) as string[] });
    const kernel = json('kernel.json') as { source: string; page_tables: unknown[]; regions: { name: string; kind: string; start: string }[] };
    expect(kernel.source).toBe('lkm');
    expect(kernel.page_tables.length).toBeGreaterThan(100);
    expect(kernel.regions.map(({ name }) => name)).toEqual(expect.arrayContaining(['text', 'direct map', 'procmap']));
    // Files that only root may open were passed on.
    expect(kernel.regions.map(({ kind }) => kind)).toContain('System RAM');
  });

  it('gives root a link, and accepts programs of the caller of sudo', () => {
    expect(note('link')).toMatch(/^http:\/\/[a-z][a-z0-9]{15}\.localhost:8642\/#k=[\w-]{43}\n$/);
    expect(json('outsider.json')).toMatchObject({ error: 'wrong_user' });
    const page = note('link').replace(/#.*\n/, '');
    expect(note('ways')).toBe(`307 ${page}\n200\n`.repeat(2));
    expect(note('link-1234').startsWith(page)).toBe(true);
    // Each web process has its own page name.
    expect(note('link-again')).toMatch(/^http:\/\/[a-z][a-z0-9]{15}\.localhost:8642\/#k=[\w-]{43}\n$/);
    expect(note('link-again').startsWith(page)).toBe(false);
    expect(json('admitted.json')).toHaveProperty('kernel_release');
    expect(json('any.json')).toHaveProperty('kernel_release');
  });

  it('keeps its sockets and files to those whose they are', () => {
    expect(note('modes').trim().split('\n')).toEqual([
      '700 0:0 /run/procmap',
      '600 0:0 /run/procmap/service.sock',
      '600 65532:65532 /run/procmap-reader/socket',
      '600 65532:65532 /run/procmap-files/socket',
      '700 65533:65533 /run/procmap-reader/files',
      '400 65533:65533 /run/procmap-reader/files/iomem',
      '400 65533:65533 /run/procmap-reader/files/kcore-headers',
    ]);
    // curl(1) could not connect. The reader itself would end a connection with another protocol differently.
    expect(note('outsider-reader')).toBe('7\n');
    expect(note('leaks').replaceAll('./leaks\n', '')).toBe('');
  });

  it('gives each process the rights that it needs and no other', () => {
    const reader = parseOwnStatus(note('status-procmap-reader'));
    expect(reader).toMatchObject({ uids: [65_533, 65_533, 65_533, 65_533], noNewPrivileges: true });
    for (const set of [reader.effective, reader.permitted, reader.bounding]) expect([...set].sort()).toEqual([...READER_CAPABILITIES].sort());
    const files = parseOwnStatus(note('status-procmap-files'));
    expect(files).toMatchObject({ uids: [65_533, 65_533, 65_533, 65_533], noNewPrivileges: true });
    for (const set of [files.effective, files.permitted, files.bounding]) expect([...set].sort()).toEqual(['CAP_DAC_READ_SEARCH', 'CAP_SYS_PTRACE']);
    const web = parseOwnStatus(note('status-procmap'));
    expect(web).toMatchObject({ uids: [65_532, 65_532, 65_532, 65_532], noNewPrivileges: true, effective: [], permitted: [], bounding: [] });
    for (const name of ['status-procmap', 'status-procmap-reader', 'status-procmap-files']) expect(note(name)).toMatch(/^Seccomp:\t2$/m);
    expect(note('cmdline-procmap')).toContain('--permission\n');
    for (const unit of ['procmap', 'procmap-reader', 'procmap-files'])
      expect([unit, note(`cmdline-${unit}`)]).toEqual([unit, expect.stringContaining('--disable-sigusr1\n')]);
  });

  interface Probe {
    readonly [what: string]: boolean | string;
  }
  const NOTHING = ['shadow', 'home', 'environ', 'memory', 'kcore', 'writeEtc', 'writeMemory', 'kill', 'sudo', 'namespaces'];

  it('could be shown to do all that without its units', () => {
    const free = json('probe-free.json') as Probe;
    for (const what of [...NOTHING, 'maps', 'debugfs', 'iomem']) expect([what, free[what] === false || typeof free[what] === 'string']).toEqual([what, false]);
    expect(free).toMatchObject({ loopback: 'connected', bus: 'connected', listen: 'listens' });
  });

  it.each([
    ['reader', { maps: true, smapsRollup: true, pagemap: true, mapFiles: true, exe: true, kernelText: true, debugfs: true, processes: true }],
    ['files', { maps: true, exe: true, processes: true }],
  ])('lets the %s read what it needs, and neither write, execute nor connect', (name, may) => {
    const probe = json(`probe-procmap-${name}.json`) as Probe;
    expect(probe).toMatchObject(may);
    // CAP_DAC_READ_SEARCH permits opening root's files, which procmap has no code for. Files that the unit hides stay
    // hidden.
    for (const what of NOTHING.filter((name) => !['shadow', 'environ', 'memory'].includes(name))) expect([what, probe[what]]).not.toEqual([what, true]);
    expect(probe).toMatchObject({ internet: 'EAFNOSUPPORT', loopback: 'EAFNOSUPPORT', listen: 'EAFNOSUPPORT' });
    expect(probe['iomem']).toBe(false);
  });

  it('lets the web process do nothing at all', () => {
    const probe = json('probe-procmap.json') as Probe;
    for (const what of [...NOTHING, 'maps', 'smapsRollup', 'pagemap', 'mapFiles', 'exe', 'kernelText', 'debugfs', 'iomem', 'processes'])
      expect([what, probe[what]]).not.toEqual([what, true]);
    expect(probe).toMatchObject({ internet: 'EAFNOSUPPORT', loopback: 'EAFNOSUPPORT', listen: 'EAFNOSUPPORT' });
  });

  it('survives a jump of the clock: sessions last, maps have the new time', () => {
    const looks = Array.from(
      note('clock').matchAll(/^200 "taken_at":"(.*?)"\n(.*)$/gm),
      ([, taken = '', now = '']) => [Date.parse(taken), Date.parse(`${now}Z`)] as const,
    );
    expect(looks.length, note('clock')).toBe(4);
    for (const [taken, now] of looks) expect(Math.abs(now - taken)).toBeLessThan(60_000);
    const hours = looks.map(([, now]) => Math.round((now - (looks[0]?.[1] ?? 0)) / 3_600_000));
    expect(hours).toEqual([0, 14, -14, 0]);
  });

  it('survives the death of a part: new connections wait', () => {
    expect(note('during-restart')).toBe('200\n'.repeat(20));
    expect(note('web-again')).not.toBe('');
    expect(json('map-after-kill.json')).toMatchObject({ pid: 1 });
    expect(note('reader-again')).not.toBe('');
  });

  it('survives a hanging part: its watchdog ends it', () => {
    expect(Number(note('reader-restarts'))).toBeGreaterThanOrEqual(1);
    expect(note('journal-reader')).toMatch(/[Ww]atchdog timeout/);
    expect(json('map-after-hang.json')).toMatchObject({ pid: 1 });
    expect(note('healthz-after-hang')).toBe('{"status":"ok"}');
    expect(note('journal-web')).toMatch(/[Ww]atchdog timeout/);
  });

  it('gives a process up that no signal ends: another one takes its place', () => {
    expect(json('mute-program.json')).toMatchObject({ error: 'stalled' });
    expect(json('mute-file.json')).toMatchObject({ state: 'unknown', reason: 'its file system (fuse.mute) does not answer' });
    expect(note('mute-threads')).toMatch(/^State:\tD/m);
    expect(note('journal-files')).toMatch(/still around after (final )?SIGKILL/);
    expect(json('program-after-mute.json')).toMatchObject({ exe: expect.stringContaining('/systemd') as string });
    const [before, after] = note('readers').trim().split('\n');
    expect(after).toBe(before);
  });

  it('says what is wrong with its options', () => expect(note('bad-options')).toContain('ListenStream= of procmap.socket'));

  it('goes away with all that belongs to it, and ends what runs', async () => {
    expect(note('after-removal').trim().split('\n')).toEqual(Array<string>(4).fill('inactive'));
    expect(
      note('left')
        .split('\n')
        .filter((path) => path !== '' && !path.startsWith('/etc/procmap')),
    ).toEqual([]);
    const { status, stdout } = await root.run('dpkg', '--purge', 'procmap');
    expect(status, stdout).toBe(0);
    const after = new Set(await root.files());
    const known = new Set(before);
    const more = [...after].filter(
      (path) => !known.has(path) && !/ (procmap\.deb|var\/(log|lib\/dpkg|lib\/dkms\/mok|cache)|usr\/lib\/modules\/[^/]+\/modules\.)/.test(path),
    );
    expect(more).toEqual([]);
    expect(before.filter((path) => !after.has(path))).toEqual([]);
    expect(existsSync(join(root.path, 'usr/bin/procmap'))).toBe(false);
  });
});
