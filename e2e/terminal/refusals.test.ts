import { describe, expect, it } from 'vitest';
import { otherUser } from '../../server/test/other-user.ts';
import { PROCMAP, run } from '../daemon.ts';
import { Fixture } from '../fixtures/fixture.ts';
import { boxRegions } from './box.ts';
import { KnownCommand } from './known-command.ts';

/** Refusals and partial failures, through the real executable. */
const subject = new KnownCommand();

describe('what cannot be', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown option', ['--pid=1', '--frobnicate'], /^unknown option '--frobnicate'; see procmap --help$/],
    ['a missing value', ['--pid'], /^option '--pid' needs a value; see procmap --help$/],
    ['another option for a value', ['--pid', '-u'], /^option '--pid' needs a value; see procmap --help$/],
    ['JSON of no process', ['-k', '--format=json', '--export-kernel=f'], /^--format=json needs a process: --pid=PID; see/],
    ['one file for two outputs', ['--pid=1', '--export-maps=f', '--export-kernel=f'], /must be different files/],
    ['no process', ['-v'], /^name a process: --pid=PID; see procmap --help$/],
    ['no pid', ['--pid=abc'], /^--pid must be a process id, not 'abc'; see procmap --help$/],
    ['a pid in another form', ['--pid=0x10'], /^--pid must be/],
    ['both halves alone', ['--pid=1', '-u', '-k'], /^--only-user and --only-kernel exclude each other; see procmap --help$/],
    ['a log and none', ['--pid=1', '--log=f', '--no-log'], /^--log and --no-log exclude each other/],
    ['two outputs in one', ['--pid=1', '--export-maps=-', '--export-kernel=-'], /^only one of/],
    ['no file name', ['--pid=1', '--export-maps='], /^--export-maps needs the name of a file/],
    ['an unknown format', ['--pid=1', '--format=xml'], /^--format must be text, json or csv, not 'xml'/],
    ['a narrow box', ['--pid=1', '--width=10'], /^--width must be a number of columns from 48 to 500, not '10'/],
    ['an unknown verb that would colour the terminal', ['\x1b[31mred\n'], /^unknown command '\\x1b\[31mred\\n'/],
  ])('%s is a usage error', async (_, args, message) => {
    const { status, stdout, stderr } = await subject.command.run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^procmap: [^\n]+\n$/);
    expect(stderr.slice('procmap: '.length, -1)).toMatch(message);
  });

  it.each([
    ['no such process', 4_194_304, /^procmap: there is no process 4194304\n$/],
    ['a number beyond all processes', 4_294_967_295, /^procmap: there is no process 4294967295\n$/],
  ])('%s', async (_, wanted, message) => {
    const { status, stdout, stderr } = await subject.command.run(`--pid=${wanted}`);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  it('a zombie', async () => {
    const zombie = await Fixture.start('zombie');
    const { status, stderr } = await subject.command.run(`--pid=${zombie.ready[1]}`);
    await zombie.stop();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^procmap: process [0-9]+ \(.*\) is a zombie: .*\n$/);
  });

  it.skipIf(otherUser === null)('another user’s process, while one’s own can be read', async () => {
    const as = (...args: readonly string[]) => run([...(otherUser ?? []), PROCMAP, ...args, '--no-log']);
    const foreign = await as(`--pid=${subject.known.pid}`);
    expect([foreign.status, foreign.stdout]).toEqual([1, '']);
    expect(foreign.stderr).toBe(`procmap: no permission to read process ${subject.known.pid}: run procmap as root (sudo) to read processes of other users\n`);
    const own = await run([...(otherUser ?? []), 'sh', '-c', `'${PROCMAP}' --pid=$$ --no-log -v; exit $?`]);
    expect([own.status, own.stderr]).toEqual([0, '']);
    expect(boxRegions(own.stdout).length).toBeGreaterThan(20);
    expect(own.stdout).toMatch(/^ {2}runs as +uid 1234$/m);
    expect(own.stdout).toMatch(/\nkernel half: .*\nnote: without root, only your own processes can be read; sudo procmap reads all of them\n/);
    expect(await subject.out(subject.pid)).not.toContain('without root');
  });
});

it('a reader that stops early ends it without a word', async () => {
  const { status, stdout, stderr } = await run(['sh', '-c', `'${PROCMAP}' ${subject.pid} --no-log | head -n 2`]);
  expect([status, stderr, stdout.split('\n').length]).toEqual([0, '', 3]);
});

describe('where nothing can be written', () => {
  it.each([
    ['--help', 1],
    ['--version', 1],
    [`--pid=${process.pid}`, 1],
  ])('%s into a full device is reported in one line', async (option, wanted) => {
    const { status, stderr } = await run(['sh', '-c', `'${PROCMAP}' ${option} --no-log > /dev/full`]);
    expect([status, stderr]).toEqual([wanted, 'procmap: standard output cannot be written: ENOSPC: no space left on device\n']);
  });

  it('on standard error, everything else works, and the status is the same', async () => {
    const { status, stdout } = await run([
      'sh',
      '-c',
      `'${PROCMAP}' ${subject.pid} --no-log -d --export-maps='${subject.command.path('maps.csv')}' 2> /dev/full`,
    ]);
    expect([status, boxRegions(stdout).length > 20, subject.command.read('maps.csv').length > 1000]).toEqual([0, true, true]);
    expect((await run(['sh', '-c', `'${PROCMAP}' --width=1 2> /dev/full`])).status).toBe(2);
  });
});

describe.each(['--pid=1 --no-log', 'serve --port=0 --unsafe-path'])('procmap %s', (words) => {
  it.runIf(process.getuid?.() === 0).each(['-t tmpfs none', '-t proc -o subset=pid proc'])(
    'says in one line that it has no whole /proc: mount %s',
    async (mount) => {
      const script = `mount ${mount} /proc && exec '${PROCMAP}' ${words}`;
      const { status, stdout, stderr } = await run(['unshare', '--mount', 'sh', '-c', script]);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^procmap: \/proc\/meminfo is missing: procmap needs a complete \/proc[^\n]*\n$/);
    },
  );

  it.each([16, 24, 63])('says in one line that %i files at once are too few', async (files) => {
    const { status, stdout, stderr } = await run(['sh', '-c', `ulimit -n ${files}; exec '${PROCMAP}' ${words}`]);
    expect([status, stdout, stderr]).toEqual([
      1,
      '',
      `procmap: only ${files} files may be open at once here (ulimit -n), and procmap needs 64; start it where more are allowed\n`,
    ]);
  });
});

it('starts where few files may be open at once, and more if one asks for it, as Node does', async () => {
  const { status, stderr } = await run(['sh', '-c', `ulimit -S -n 24; exec '${PROCMAP}' ${subject.pid} --no-log`]);
  expect([status, stderr]).toEqual([0, '']);
});

it('what other programs tell Node by its environment does not reach it', async () => {
  const { status, stderr } = await run([PROCMAP, '--version'], { NODE_OPTIONS: '--no-such-option' });
  expect([status, stderr]).toEqual([0, '']);
});
