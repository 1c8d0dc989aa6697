import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, linkSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { otherUser } from '../../server/test/other-user.ts';
import { PROCMAP, run } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { boxRegions } from './box.ts';
import { Command } from './command.ts';

/** Targets that --export-maps and --export-kernel write to, and those that they refuse. */
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

const CSV = /^name,size_bytes,.*\r\n(?:".*\r\n)+$/;
const isRoot = process.getuid?.() === 0;

function exported(...args: readonly string[]): ReturnType<typeof run> {
  return command.run(`--pid=${known.pid}`, '--no-log', ...args);
}

/** Expects that nothing was written, and a reason. */
async function expectRefused(why: string, as = exported): Promise<void> {
  const maps = await as('--export-maps=f.csv');
  expect([maps.status, maps.stderr, maps.stdout]).toEqual([1, `procmap: f.csv ${why}, so nothing was written to it; remove it, or name another file\n`, '']);
  expect((await as('-k', '--export-kernel=f.csv')).stderr).toContain(why);
}

describe('a file that another user may have put there', () => {
  it('a link is not followed, to a file or to nowhere', async () => {
    writeFileSync(command.path('precious'), 'precious');
    symlinkSync('precious', command.path('f.csv'));
    await expectRefused('is a link');
    expect(command.read('precious')).toBe('precious');
    execFileSync('ln', ['-sfn', 'nowhere', command.path('f.csv')]);
    await expectRefused('is a link');
    expect(lstatSync(command.path('nowhere'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('nor is one to a device or to standard output', async () => {
    symlinkSync('/dev/null', command.path('f.csv'));
    await expectRefused('is a link');
    execFileSync('ln', ['-sfn', '/dev/stdout', command.path('f.csv')]);
    await expectRefused('is a link');
  });

  it('a second name of a file is not written to', async () => {
    writeFileSync(command.path('precious'), 'precious');
    linkSync(command.path('precious'), command.path('f.csv'));
    await expectRefused('has a second name');
    expect(command.read('precious')).toBe('precious');
  });

  it.runIf(isRoot)('another user’s file and FIFO are left alone, by root too', async () => {
    writeFileSync(command.path('f.csv'), 'theirs');
    chownSync(command.path('f.csv'), 1234, 1234);
    await expectRefused('belongs to another user');
    expect(command.read('f.csv')).toBe('theirs');
    execFileSync('sh', ['-c', 'rm f.csv; mkfifo f.csv; chown 1234 f.csv'], { cwd: command.folder });
    // It does not wait for a reader of the FIFO either.
    await expectRefused('belongs to another user');
  });

  it.skipIf(otherUser === null)('a file of root that all may write to is left alone by other users', async () => {
    chmodSync(command.folder, 0o777);
    writeFileSync(command.path('f.csv'), 'root’s');
    chmodSync(command.path('f.csv'), 0o666);
    const asOther = (...args: readonly string[]): ReturnType<typeof run> =>
      run([...(otherUser ?? []), 'sh', '-c', `'${PROCMAP}' --pid=$$ --no-log "$@"; exit $?`, 'sh', ...args], {}, command.folder);
    await expectRefused('belongs to another user', asOther);
    expect(command.read('f.csv')).toBe('root’s');
    const own = await asOther('--export-maps=own.csv');
    expect([own.status, lstatSync(command.path('own.csv')).uid, command.read('own.csv')]).toEqual([0, 1234, expect.stringMatching(CSV)]);
  });
});

describe('a name that leads nowhere', () => {
  const notWritten = async (name: string, why: RegExp): Promise<void> => {
    for (const args of [[`--export-maps=${name}`], ['-k', `--export-kernel=${name}`]]) {
      const { status, stdout, stderr } = await exported(...args);
      expect([status, stdout, stderr]).toEqual([1, '', expect.stringMatching(why)]);
    }
  };

  it('through a link to itself, through a file, too long, in a folder that is missing', async () => {
    symlinkSync('loop', command.path('loop'));
    writeFileSync(command.path('file'), '');
    await notWritten('loop/f.csv', /^procmap: loop\/f\.csv cannot be written: ELOOP: .*\n$/);
    await notWritten('file/f.csv', /^procmap: file\/f\.csv cannot be written: ENOTDIR: .*\n$/);
    await notWritten('f'.repeat(300), /^procmap: f{300} cannot be written: ENAMETOOLONG: .*\n$/);
    await notWritten('missing/f.csv', /^procmap: missing\/f\.csv cannot be written: ENOENT: .*\n$/);
  });

  it.skipIf(otherUser === null)('in a folder that the caller cannot enter', async () => {
    chmodSync(command.folder, 0o755);
    mkdirSync(command.path('closed'), { mode: 0o700 });
    const script = `'${PROCMAP}' --pid=$$ --no-log --export-maps=closed/f.csv; exit $?`;
    const { status, stderr } = await run([...(otherUser ?? []), 'sh', '-c', script], {}, command.folder);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^procmap: closed\/f\.csv cannot be written: EACCES: .*\n$/)]);
  });
});

describe.runIf(isRoot)('under sudo', () => {
  const asSudo = (...args: readonly string[]): ReturnType<typeof run> =>
    run([PROCMAP, `--pid=${known.pid}`, '--no-log', ...args], { SUDO_UID: '1234', SUDO_GID: '1235' }, command.folder);

  it('files of the caller are overwritten, those of others are not', async () => {
    writeFileSync(command.path('f.csv'), 'before'.repeat(100_000), { mode: 0o640 });
    chownSync(command.path('f.csv'), 1234, 1235);
    expect((await asSudo('--export-maps=f.csv')).status).toBe(0);
    expect(command.read('f.csv')).toMatch(CSV);
    const { uid, gid, mode } = lstatSync(command.path('f.csv'));
    expect([uid, gid, mode & 0o777]).toEqual([1234, 1235, 0o640]);
    chownSync(command.path('f.csv'), 4321, 4321);
    await expectRefused('belongs to another user', asSudo);
  });
});

describe('a special target', () => {
  it('a device, and a FIFO, whose reader has all of it', async () => {
    expect((await exported('--export-maps=/dev/null')).status).toBe(0);
    execFileSync('mkfifo', [command.path('fifo')]);
    const [, read] = await Promise.all([exported('--export-maps=fifo'), run(['cat', command.path('fifo')])]);
    expect(read.stdout).toMatch(CSV);
  });

  it.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', '-'])('%s is standard output, which then gets nothing else', async (name) => {
    const { status, stdout } = await exported(`--export-maps=${name}`);
    expect([status, stdout]).toEqual([0, expect.stringMatching(CSV)]);
    expect((await exported('--export-maps=-', `--export-kernel=${name}`)).status).toBe(2);
  });

  it.each(['/dev/stderr', '/dev/fd/2', '/proc/self/fd/2'])('%s is standard error, which also gets the report', async (name) => {
    const { status, stdout, stderr } = await exported(`--export-maps=${name}`);
    const [csv = '', said] = stderr.split('procmap: ');
    expect([status, csv, said]).toEqual([0, expect.stringMatching(CSV), `wrote the maps to ${name}\n`]);
    expect(boxRegions(stdout).length).toBeGreaterThan(20);
    expect((await exported(`--export-maps=${name}`, `--export-kernel=${name}`)).stderr).toMatch(
      /wrote the maps to .*\n(?:.*\r\n)+procmap: wrote the kernel half to .*\n$/,
    );
  });

  it('standard error may be read slowly', async () => {
    const many = await Fixture.start('many', '4000');
    const script = `'${PROCMAP}' --pid=${many.pid} --no-log --export-maps=/dev/stderr 2>&1 >map.txt | { sleep 2; cat >slow.csv; }`;
    expect((await run(['bash', '-c', script], {}, command.folder)).status).toBe(0);
    expect(command.read('slow.csv')).toMatch(/^name,size_bytes[\s\S]*\r\nprocmap: wrote the maps to \/dev\/stderr\n$/);
    await many.stop();
  });

  it('a descriptor of the shell’s, for both', async () => {
    const script = `'${PROCMAP}' --pid=${known.pid} --no-log --export-maps=/dev/fd/7 --export-kernel=/dev/fd/7 7> f.csv`;
    expect((await run(['bash', '-c', script], {}, command.folder)).status).toBe(0);
    expect(command.read('f.csv').match(/^name,size_bytes/gm)?.length).toBe(2);
  });

  it('a descriptor of the shell’s', async () => {
    const script = `'${PROCMAP}' --pid=${known.pid} --no-log --export-maps=/dev/fd/7 7> f.csv && '${PROCMAP}' --pid=${known.pid} --no-log --export-maps=>(cat > g.csv; : > done) && until [ -e done ]; do sleep 0.05; done`;
    const { status, stderr } = await run(['bash', '-c', script], {}, command.folder);
    expect([status, stderr]).toEqual([0, expect.stringContaining('wrote the maps to /dev/fd/7\n')]);
    for (const name of ['f.csv', 'g.csv']) expect(command.read(name)).toMatch(CSV);
    expect((await exported('--export-maps=/dev/fd/777')).stderr).toMatch(/^procmap: \/dev\/fd\/777 cannot be written: EBADF: /);
  });
});

describe('two that are one file', () => {
  it.each([
    ['by one name', ':', ['one', 'one']],
    ['by one name, spelled otherwise, in a folder that is missing', ':', ['missing/one', './missing/../missing/one']],
    ['by a second name', ': > one; ln one two', ['one', 'two']],
    ['by a link to its folder', 'ln -s . folder', ['one', 'folder/one']],
    ['by a link to its folder, and is there', ': > one; ln -s . folder', ['one', 'folder/one']],
  ])('%s, are refused before anything is written', async (_, script, [maps, kernel]) => {
    execFileSync('sh', ['-c', script], { cwd: command.folder });
    const { status, stderr, stdout } = await exported(`--export-maps=${maps}`, `--export-kernel=${kernel}`);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe('procmap: --export-maps, --export-kernel and --log must be different files; see procmap --help\n');
    expect(lstatSync(command.path('one'), { throwIfNoEntry: false })?.size ?? 0).toBe(0);
    expect((await command.run(`--pid=${known.pid}`, `--export-maps=${maps}`, `--log=${kernel}`)).status).toBe(2);
  });

  it('by a link to it, are refused before anything is written', async () => {
    symlinkSync('one', command.path('two'));
    const { status, stderr } = await exported('--export-maps=one', '--export-kernel=two');
    expect([status, stderr]).toEqual([1, 'procmap: two is a link, so nothing was written to it; remove it, or name another file\n']);
    expect(lstatSync(command.path('one'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('in different folders of the same name are not', async () => {
    mkdirSync(command.path('a'));
    expect((await exported('--export-maps=one', '--export-kernel=a/one')).status).toBe(0);
    expect([command.read('one'), readFileSync(command.path('a/one'), 'utf8')]).toEqual([expect.stringMatching(CSV), expect.stringMatching(CSV)]);
  });
});
