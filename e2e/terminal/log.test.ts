import { chmodSync, linkSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync, chownSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { otherUser } from '../../server/test/other-user.ts';
import { PROCMAP, run } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { boxRegions } from './box.ts';
import { Command } from './command.ts';

/** Each run appends its output, without colours, to log_procmap.txt in the current folder. */
const LOG = 'log_procmap.txt';
const HEADER = /^==== \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \| procmap (.*) \| pid (\d+) \((.*)\) \| Linux \S+ \S+$/;

let command: Command;
let known: Fixture;

beforeAll(async () => {
  buildFixtures();
  known = await Fixture.start('known');
});

afterAll(() => known.stop());

beforeEach(() => {
  command = new Command();
});

afterEach(() => command.dispose());

const pid = () => `--pid=${known.pid}`;

describe('the log', () => {
  it('has each run’s output behind a line of when, what and whom', async () => {
    const first = await command.run(pid(), '-u', '--no-stats');
    const second = await command.runInTerminal({}, pid(), '-k', '--locate=0xffff900000000000,4');
    expect([first.status, first.stderr, second.status]).toEqual([0, '', 0]);
    const log = command.read(LOG);
    expect(log).not.toContain('\x1b');
    const [before, one = '', two = ''] = log.split(/^(?===== )/m);
    expect(before).toBe('\n');
    expect(HEADER.exec(one.split('\n')[0] ?? '')?.slice(1)).toEqual([`${pid()} -u --no-stats`, String(known.pid), 'known']);
    expect(one.slice(one.indexOf('\n') + 1)).toBe(`${first.stdout}\n`);
    expect(HEADER.exec(two.split('\n')[0] ?? '')?.[1]).toBe(`${pid()} -k --locate=0xffff900000000000,4`);
    expect(two).toContain('<== located');
    expect(statSync(command.path(LOG)).mode & 0o777).toBe(0o600);
  });

  it('goes elsewhere by --log, and nowhere by --no-log', async () => {
    expect((await command.run(pid(), '--log=my.log')).status).toBe(0);
    expect(boxRegions(command.read('my.log')).length).toBeGreaterThan(20);
    expect((await command.run(pid(), '--no-log')).status).toBe(0);
    expect(lstatSync(command.path(LOG), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('says of JSON and CSV that they went to standard output, rather than repeat them', async () => {
    await command.run(pid(), '--format=json');
    await command.run(pid(), '--export-maps=-');
    expect(command.read(LOG)).toMatch(/^\n==== .*\nJSON went to standard output\n\n==== .*\nCSV went to standard output\n$/);
  });

  it('has no control characters of a command line', async () => {
    await command.run(pid(), '--log=a\x1b[31m\nb', '-k');
    const log = readFileSync(command.path('a\x1b[31m\nb'), 'utf8');
    expect(log).toContain(String.raw`--log=a\x1b[31m\nb -k`);
    expect(log).not.toContain('\x1b');
  });
});

it('runs at the same time do not mix their records', async () => {
  const runs = await Promise.all(Array.from({ length: 4 }, (_, i) => command.run(pid(), '--log=shared.log', `--width=${80 + i}`)));
  const log = command.read('shared.log');
  for (const { stdout } of runs) expect(log).toContain(stdout);
});

describe('a file that another user may have put there', () => {
  /** Expects the map, and the reason why nothing was logged. */
  async function expectNotLogged(why: string): Promise<void> {
    const { status, stdout, stderr } = await command.run(pid());
    expect(stderr).toBe(`procmap: ${why}, so nothing was logged (--no-log: no log)\n`);
    expect([status, boxRegions(stdout).length > 20]).toEqual([0, true]);
    const chosen = await command.run(pid(), `--log=${LOG}`);
    expect([chosen.status, chosen.stderr]).toEqual([1, `procmap: ${why}, so nothing was logged\n`]);
    expect(boxRegions(chosen.stdout).length).toBeGreaterThan(20);
  }

  it('a link to itself is reported as a link, after the map', async () => {
    symlinkSync(LOG, command.path(LOG));
    await expectNotLogged(`${LOG} is a link`);
  });

  it('a link is not followed', async () => {
    writeFileSync(command.path('precious'), 'precious');
    symlinkSync('precious', command.path(LOG));
    await expectNotLogged(`${LOG} is a link`);
    expect(command.read('precious')).toBe('precious');
  });

  it('a second name of a file is not written to', async () => {
    writeFileSync(command.path('precious'), 'precious');
    linkSync(command.path('precious'), command.path(LOG));
    await expectNotLogged(`${LOG} has a second name`);
    expect(command.read('precious')).toBe('precious');
  });

  it('a pipe is not waited for', async () => {
    execFileSync('mkfifo', [command.path(LOG)]);
    await expectNotLogged(`${LOG} is not a regular file`);
  });

  it('a folder is not written to', async () => {
    mkdirSync(command.path(LOG));
    await expectNotLogged(`${LOG} is a folder`);
  });

  it.runIf(process.getuid?.() === 0)('another user’s file is left alone', async () => {
    writeFileSync(command.path(LOG), 'theirs');
    chownSync(command.path(LOG), 1234, 1234);
    await expectNotLogged(`${LOG} belongs to another user`);
    expect(command.read(LOG)).toBe('theirs');
  });
});

describe.runIf(process.getuid?.() === 0)('under sudo', () => {
  const SUDO = { SUDO_UID: '1234', SUDO_GID: '1235' };
  const show = (...args: readonly string[]): ReturnType<typeof run> => run([PROCMAP, pid(), ...args], SUDO, command.folder);
  const ownerOf = (name: string): readonly number[] => {
    const { uid, gid, mode } = lstatSync(command.path(name));
    return [uid, gid, mode & 0o777];
  };

  it('a new log belongs to the caller, and root appends to it', async () => {
    const export_ = ['--export-maps=maps.csv', '--export-kernel=kernel.csv'];
    expect(await show(...export_)).toMatchObject({ status: 0, stderr: expect.not.stringContaining('logged') as string });
    for (const name of [LOG, 'maps.csv', 'kernel.csv']) expect([name, ...ownerOf(name)]).toEqual([name, 1234, 1235, 0o600]);
    const [log, maps] = [command.read(LOG), command.read('maps.csv')];
    expect(maps).toMatch(/^name,size_bytes,/);
    expect((await show('-u')).stderr).toBe('');
    expect(command.read(LOG).length).toBeGreaterThan(log.length);
    expect(command.read(LOG)).toContain(log);
  });

  it('an existing log keeps its owner', async () => {
    for (const name of [LOG, 'maps.csv']) writeFileSync(command.path(name), 'before\n', { mode: 0o640 });
    expect((await show('--export-maps=maps.csv')).status).toBe(0);
    for (const name of [LOG, 'maps.csv']) expect([name, ...ownerOf(name)]).toEqual([name, 0, 0, 0o640]);
    expect(command.read(LOG)).toMatch(/^before\n/);
    expect(command.read('maps.csv')).not.toContain('before');
    chownSync(command.path(LOG), 4321, 4321);
    expect((await show()).stderr).toContain(`${LOG} belongs to another user, so nothing was logged`);
  });
});

it.skipIf(otherUser === null)('a folder without write permission only prevents the log', async () => {
  chmodSync(command.folder, 0o755);
  const { status, stdout, stderr } = await run([...(otherUser ?? []), 'sh', '-c', `cd '${command.folder}' && '${PROCMAP}' --pid=$$; exit $?`]);
  expect([status, stderr]).toEqual([0, `procmap: cannot write ${LOG}, so nothing was logged (--no-log: no log)\n`]);
  expect(boxRegions(stdout).length).toBeGreaterThan(20);
});

it('a full disk only prevents the record', async () => {
  // A file size limit acts like a full disk: the part that fits is written, the rest fails.
  const { status, stdout, stderr } = await run(['sh', '-c', `cd '${command.folder}' && trap '' XFSZ && ulimit -f 1 && exec '${PROCMAP}' ${pid()}`]);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^procmap: EFBIG: .*; the log log_procmap\.txt is not whole \(--no-log: no log\)\n$/);
  expect(boxRegions(stdout).length).toBeGreaterThan(20);
});
