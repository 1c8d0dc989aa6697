import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../server/test/fake-proc.ts';
import { otherUser } from '../../server/test/other-user.ts';
import { PROCMAP, run } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { kernelLines, answeredLines, type MapAnswer, type Region } from '../api/map-answer.ts';
import { boxRegions } from './box.ts';
import { Command } from './command.ts';

/** Each option of procmap --pid=PID, through the real executable. */
let command: Command;
let known: Fixture;
/** Where it keeps the files that it maps. */
let files: string;

beforeAll(async () => {
  buildFixtures();
  files = mkdtempSync(join(tmpdir(), 'procmap-known-'));
  known = await Fixture.start('known', files);
});

afterAll(async () => {
  await known.stop();
  rmSync(files, { recursive: true, force: true });
});

beforeEach(() => {
  command = new Command();
});

afterEach(() => command.dispose());

const pid = () => `--pid=${known.pid}`;
const hex = (address: bigint): string => `0x${address.toString(16)}`;

async function out(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await command.run(...args, '--no-log');
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

describe('--locate', () => {
  /** The known mapping of that name, in bytes. */
  function mapping(name: string): { start: bigint; length: bigint; offset: number } {
    const found = known.mappings.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no mapping ${name}: ${known.mappings.map((each) => each.name).join(' ')}`);
    return { start: BigInt(found.start), length: BigInt(found.length), offset: found.offset };
  }

  async function located(range: string): Promise<{ said: string; marked: { start: bigint; end: bigint }[] }> {
    const output = await out(pid(), `--locate=${range}`, '--no-stats');
    const marked = boxRegions(output).filter(({ mark }) => mark === '<== located');
    return { said: output.slice(output.indexOf('\nLocated: ')), marked };
  }

  it.each([
    ['0x', 'in hex'],
    ['', 'in hex without its mark'],
  ])('takes an address with "%s" before it, and marks the region around it', async (prefix) => {
    const { start, length } = mapping('wx');
    const { said, marked } = await located(`${prefix}${(start + 16n).toString(16)},1`);
    expect(marked).toEqual([expect.objectContaining({ start, end: start + length })]);
    expect(said).toContain(`(1 KB)\n  lies in <anonymous> (Anonymous, rwxp)\n  begins 0x10 bytes into it\n  is mapped all of it\n`);
  });

  it('tells the place in the file that is mapped', async () => {
    const file = known.mappings.find(({ name, offset }) => name === 'file' && offset > 0) ?? known.mappings.find(({ name }) => name === 'file');
    const start = BigInt(file?.start ?? 0);
    const { said } = await located(`${hex(start + 0x123n)},1`);
    expect(said).toContain(`begins at 0x${((file?.offset ?? 0) + 0x123).toString(16)} of its file`);
  });

  it('takes units, and goes across regions', async () => {
    const { start } = mapping('shared');
    for (const [size, kilobytes] of [
      ['16', 16n],
      ['16K', 16n],
      ['16kb', 16n],
      ['2M', 2048n],
      ['16384B', 16n],
    ] as const) {
      const { marked, said } = await located(`${hex(start - 4096n)},${size}`);
      expect(marked.length).toBeGreaterThan(1);
      expect(marked[0]?.end).toBeGreaterThanOrEqual(start - 4096n + kilobytes * 1024n);
      expect(marked.at(-1)?.start).toBeLessThanOrEqual(start - 4096n);
      expect(said).toContain(`lies in ${marked.length} regions, descending:`);
      expect(said).toMatch(/is mapped for [0-9.]+ [KM]B of it|is mapped all of it/);
    }
  });

  it.each([
    ['a gap', '0x1000,4', 'lies in <Sparse region>, where nothing is mapped'],
    ['the NULL trap', '0,1', 'lies in <NULL trap>, where nothing is mapped'],
    ['the hole', '0x0000900000000000,4', 'lies in <Non-canonical hole>, where nothing is mapped'],
  ])('says so in %s', async (_, range, words) => {
    const { said, marked } = await located(range);
    expect(marked).toHaveLength(1);
    expect(said).toContain(words);
    expect(said).toContain('is mapped nowhere');
  });

  it('finds what was pasted: a place in a file wherever that is mapped now, and a line of maps', async () => {
    const file = known.mappings.find(({ name }) => name === 'file');
    const [start, offset] = [BigInt(file?.start ?? 0), file?.offset ?? 0];
    const [base = ''] = file?.path.split('/').slice(-1) ?? [];
    const region = expect.objectContaining({ start, end: start + BigInt(file?.length ?? 0) }) as unknown;
    // Where it lay at the time of the log, somebody else lies now.
    for (const text of [
      `app[7]: segfault at 0 ip 00007f0000000123 sp 00007ffd1000 error 4 in ${base}[${(offset + 0x123).toString(16)},7f0000000000+1000]`,
      (start + 0x123n)
        .toString(16)
        .padStart(16, '0')
        .replace(/(.{8})$/, '`$1'),
    ]) {
      const { said, marked } = await located(text);
      expect([text, marked]).toEqual([text, [region]]);
      expect(said).toContain(`begins 0x123 bytes into it\n  begins at 0x${(offset + 0x123).toString(16)} of its file`);
    }
    const line =
      readFileSync(`/proc/${known.pid}/maps`, 'utf8')
        .split('\n')
        .find((each) => each.startsWith(`${start.toString(16)}-`)) ?? '';
    expect((await located(line)).marked).toEqual([region]);
    const { status, stderr, stdout } = await command.run(pid(), '--locate=libnone.so+0x10');
    expect([status, stdout, stderr]).toEqual([1, '', 'procmap: --locate: No file libnone.so is mapped here.\n']);
  });

  it('takes an address alone for its one byte', async () => {
    const { start, length } = mapping('wx');
    const { said, marked } = await located(`0x${(start + 16n).toString(16)}`);
    expect(marked).toEqual([expect.objectContaining({ start, end: start + length })]);
    expect(said).toContain(`(1 B)\n  lies in <anonymous> (Anonymous, rwxp)\n  begins 0x10 bytes into it\n  is mapped all of it\n`);
  });

  it('refuses what ends beyond the last address', async () => {
    const { status, stderr, stdout } = await command.run(pid(), '--locate=0xfffffffffffffc00,2');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe('procmap: --locate: this range ends beyond the address space, which is of 64 bits\n');
  });

  it.each(['', 'x', 'x,4', '0x10000000000000001', '0x1000,', '0x1000,0', '0x1000,4,4', '0x1000,-4', '0x1000,1e3', '0x1000,4Q', '0x10000000000000001,1', ',4'])(
    'refuses %j in one line',
    async (range) => {
      const { status, stdout, stderr } = await command.run(pid(), `--locate=${range}`);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^procmap: --locate must be an address in hex, .*; see procmap --help\n$/);
    },
  );
});

describe('--format=json', () => {
  it('is what the kernel says, with figures and what was located', async () => {
    const answer = JSON.parse(await out(pid(), '--format=json', '--locate=0x1000,4')) as MapAnswer & Record<'stats' | 'locate', Record<string, unknown>>;
    expect(answeredLines(answer)).toEqual(kernelLines(known.pid));
    expect(answer.stats).toMatchObject({ pid: known.pid, vas: { mappings: kernelLines(known.pid).length } });
    expect(answer.locate).toMatchObject({ start: '0x0000000000001000', space: 'user', mapped_bytes: 0 });
  });

  it('is of one half where that is asked for, and bare without figures', async () => {
    const of = async (...args: string[]) => JSON.parse(await out(pid(), '--format=json', '--no-stats', ...args)) as { regions: Region[] };
    expect(await of()).not.toHaveProperty('stats');
    expect(new Set((await of('-u')).regions.map(({ space }) => space))).toEqual(new Set(['user']));
    expect(new Set((await of('-k')).regions.map(({ space }) => space))).toEqual(new Set(['kernel']));
  });
});

describe('CSV', () => {
  it('of the maps and of the kernel go to files, and the map to the terminal', async () => {
    writeFileSync(command.path('maps.csv'), 'what was there before');
    const { status, stdout, stderr } = await command.run(pid(), '--no-log', `--export-maps=maps.csv`, '--export-kernel=kernel.csv');
    expect(status).toBe(0);
    expect(stderr).toBe('procmap: wrote the maps to maps.csv\nprocmap: wrote the kernel half to kernel.csv\n');
    expect(boxRegions(stdout).length).toBeGreaterThan(20);
    const maps = command.read('maps.csv').split('\r\n');
    expect(maps[0]).toBe('name,size_bytes,start_va,end_va,perms,type,file_offset,device,inode,space,kind,source');
    expect(maps.filter((line) => line.endsWith('"maps"'))).toHaveLength(kernelLines(known.pid).length);
    expect(command.read('kernel.csv')).toMatch(/^name,.*\r\n(?:".*",[0-9]+,0xf.*\r\n)*".*",[0-9]+,0xffff800000000000,0x[0-9a-f]+,.*\r\n$/);
  });

  it('goes to standard output alone, and then is all that does', async () => {
    expect(await out(pid(), '--export-maps=-')).toMatch(/^name,size_bytes,.*\r\n(?:".*\r\n)+$/);
    expect(await out('--export-kernel=-')).toMatch(/^name,size_bytes,.*\r\n(?:".*\r\n)+$/);
  });

  it('says when it cannot be written', async () => {
    for (const path of ['/dev/full', 'no/such/folder', '.']) {
      const { status, stderr } = await command.run(pid(), '--no-log', `--export-maps=${path}`);
      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(`^procmap: ${path} cannot be written: E[A-Z]+: .*\\n$`));
    }
  });
});

describe('colours', () => {
  const isColoured = async (env: Record<string, string>, ...args: string[]): Promise<boolean> =>
    (await command.runInTerminal(env, pid(), '--no-log', '--no-stats', ...args)).stdout.includes('\x1b[');

  it('are shown on a terminal, and nowhere else', async () => {
    expect(await isColoured({})).toBe(true);
    expect(await isColoured({ NO_COLOR: '1' })).toBe(false);
    expect(await isColoured({ TERM: 'dumb' })).toBe(false);
    expect(await isColoured({}, '--no-color')).toBe(false);
    expect(await out(pid())).not.toContain('\x1b');
  });

  it('set off what has no access, and what is writable and executable', async () => {
    const { stdout } = await command.runInTerminal({}, pid(), '--no-log');
    expect(stdout).toContain('\x1b[33;1m---\x1b[0m');
    expect(stdout).toContain('\x1b[97;41;1mrwx\x1b[0m');
  });
});

describe('--verbose', () =>
  it('tells platform, sizes, program, interpreter, libraries as mapped, and the legend', async () => {
    const output = await out('-p', String(process.pid), '-v');
    const maps = readFileSync(`/proc/${process.pid}/maps`, 'utf8');
    expect(output).toMatch(/^Platform\n {2}kernel +Linux \S+, 64 bits\n {2}architecture +\S+\n {2}page size +[0-9]+ bytes\n {2}paging levels +[45]\n/m);
    expect(output).toContain(`  executable      ${process.execPath}\n`);
    expect(output).toMatch(/^ {2}type +ELF 64-bit, \S+, (?:position-independent|at a fixed address), dynamically linked$/m);
    expect(output).toMatch(/^ {2}interpreter +\/.*ld-linux.*$/m);
    const libc = /^([0-9a-f]+)-.* (\/.*libc\.so\.6)$/m.exec(maps);
    expect(output).toContain(`0x${libc?.[1]?.padStart(16, '0')}`);
    expect(output).toMatch(new RegExp(`^ +0x0000${libc?.[1]} +[0-9.]+ MB +${libc?.[2]}$`, 'm'));
    expect(output).toMatch(/^Legend\n(?: {2}.+\n){17}/m);
  }));

describe('--debug', () =>
  it('says on standard error what reading took, and nothing more on standard output', async () => {
    const { stdout, stderr } = await command.run(pid(), '-d', '--no-log');
    const plain = await out(pid());
    expect(stderr.split('\n').every((line) => line === '' || line.startsWith('procmap: debug: '))).toBe(true);
    expect(stderr).toMatch(/maps: [0-9,]+ bytes in [0-9]+ reads, [0-9.]+ ms; parsed in [0-9.]+ ms/);
    expect(boxRegions(stdout)).toEqual(boxRegions(plain));
  }));

describe('figures', () =>
  it('are those of the address space, ps and smem, and can be left out', async () => {
    const output = await out(pid());
    const count = kernelLines(known.pid).length;
    expect(output).toMatch(new RegExp(`^ {2}mappings +${count} {2}`, 'm'));
    for (const name of [
      'user VAS',
      'kernel VAS',
      'mapped',
      'sparse regions',
      'sparse',
      'largest gap',
      'ps: %MEM',
      'ps: VSZ',
      'ps: RSS',
      'in memory',
      'hugetlb',
      'smem: swap',
      'smem: USS',
      'PSS',
      'smem: RSS',
      'MemTotal',
      'mappings left',
    ])
      expect(output).toMatch(new RegExp(`^ {2}${name} {2,}[0-9.,]+( [KMGTPE]?B| %)?( \\([<>]?[0-9.]+ %\\))?(?: {2}|$)`, 'm'));
    expect(await out(pid(), '--no-stats')).not.toContain('Statistics');
  }));

describe('help and version', () => {
  it.each(['--help', '-h'])('%s fits 80 columns and names every option, with examples', async (option) => {
    const help = await out1(option);
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const word of [
      '--pid',
      '-p',
      '--only-user',
      '-u',
      '--only-kernel',
      '-k',
      '--locate',
      '--export-maps',
      '--export-kernel',
      '--format',
      '--width',
      '--no-color',
      '--no-stats',
      '--log',
      '--no-log',
      '--verbose',
      '-v',
      '--debug',
      '-d',
      '--ver',
      '--version',
      'Examples',
    ])
      expect(help).toContain(word);
  });

  it.each(['--version', '--ver'])('%s is one line', async (option) => expect(await out1(option)).toMatch(/^procmap [0-9]+\.[0-9]+\.[0-9]+\n$/));

  async function out1(option: string): Promise<string> {
    const { status, stdout, stderr } = await command.run(option);
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  }
});

describe('what cannot be', () => {
  it.each<[string, string[], RegExp]>([
    ['an unknown option', ['--pid=1', '--frobnicate'], /^unknown option '--frobnicate'; see procmap --help$/],
    ['a missing value', ['--pid'], /^option '--pid' needs a value; see procmap --help$/],
    ['another option for a value', ['--pid', '-u'], /^option '--pid' needs a value; see procmap --help$/],
    ['JSON of no process', ['-k', '--format=json', '--export-kernel=f'], /^--format=json is of a process: --pid=PID; see/],
    ['one file for two outputs', ['--pid=1', '--export-maps=f', '--export-kernel=f'], /must be different files/],
    ['no process', ['-v'], /^say of which process: --pid=PID; see procmap --help$/],
    ['no pid', ['--pid=abc'], /^--pid must be the number of a process, not 'abc'; see procmap --help$/],
    ['a pid in another form', ['--pid=0x10'], /^--pid must be/],
    ['both halves alone', ['--pid=1', '-u', '-k'], /^--only-user and --only-kernel exclude each other; see procmap --help$/],
    ['a log and none', ['--pid=1', '--log=f', '--no-log'], /^--log and --no-log exclude each other/],
    ['two outputs in one', ['--pid=1', '--export-maps=-', '--export-kernel=-'], /^only one of/],
    ['no file name', ['--pid=1', '--export-maps='], /^--export-maps needs the name of a file/],
    ['an unknown format', ['--pid=1', '--format=xml'], /^--format must be text or json, not 'xml'/],
    ['a narrow box', ['--pid=1', '--width=10'], /^--width must be a number of columns from 48 to 500, not '10'/],
    ['an unknown verb that would colour the terminal', ['\x1b[31mred\n'], /^unknown command '\\x1b\[31mred\\n'/],
  ])('%s is a usage error', async (_, args, message) => {
    const { status, stdout, stderr } = await command.run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^procmap: [^\n]+\n$/);
    expect(stderr.slice('procmap: '.length, -1)).toMatch(message);
  });

  it.each([
    ['no such process', 4_194_304, /^procmap: there is no process 4194304\n$/],
    ['a number beyond all processes', 4_294_967_295, /^procmap: there is no process 4294967295\n$/],
  ])('%s', async (_, wanted, message) => {
    const { status, stdout, stderr } = await command.run(`--pid=${wanted}`);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  it('a zombie', async () => {
    const zombie = await Fixture.start('zombie');
    const { status, stderr } = await command.run(`--pid=${zombie.ready[1]}`);
    await zombie.stop();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^procmap: process [0-9]+ \(.*\) is a zombie: .*\n$/);
  });

  it.skipIf(otherUser === null)('another user’s process, while one’s own can be read', async () => {
    const as = (...args: readonly string[]) => run([...(otherUser ?? []), PROCMAP, ...args, '--no-log']);
    const foreign = await as(`--pid=${known.pid}`);
    expect([foreign.status, foreign.stdout]).toEqual([1, '']);
    expect(foreign.stderr).toBe(`procmap: no permission to read process ${known.pid}: run procmap as root (sudo) to read processes of other users\n`);
    const own = await run([...(otherUser ?? []), 'sh', '-c', `'${PROCMAP}' --pid=$$ --no-log -v; exit $?`]);
    expect([own.status, own.stderr]).toEqual([0, '']);
    expect(boxRegions(own.stdout).length).toBeGreaterThan(20);
    expect(own.stdout).toMatch(/^ {2}runs as +uid 1234$/m);
    expect(own.stdout).toMatch(/\nkernel half: .*\nnote: without root only processes of your own can be read; sudo procmap reads every one\n/);
    expect(await out(pid())).not.toContain('without root');
  });
});

it('a reader that stops early ends it without a word', async () => {
  const { status, stdout, stderr } = await run(['sh', '-c', `'${PROCMAP}' ${pid()} --no-log | head -n 2`]);
  expect([status, stderr, stdout.split('\n').length]).toEqual([0, '', 3]);
});

describe('where nothing can be written', () => {
  it.each([
    ['--help', 1],
    ['--version', 1],
    [`--pid=${process.pid}`, 1],
  ])('%s into a full device is told in one line', async (option, wanted) => {
    const { status, stderr } = await run(['sh', '-c', `'${PROCMAP}' ${option} --no-log > /dev/full`]);
    expect([status, stderr]).toEqual([wanted, 'procmap: standard output cannot be written: ENOSPC: no space left on device\n']);
  });

  it('on standard error, all else goes on, and the status is the same', async () => {
    const { status, stdout } = await run(['sh', '-c', `'${PROCMAP}' ${pid()} --no-log -d --export-maps='${command.path('maps.csv')}' 2> /dev/full`]);
    expect([status, boxRegions(stdout).length > 20, command.read('maps.csv').length > 1000]).toEqual([0, true, true]);
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
      expect(stderr).toMatch(/^procmap: there is no \/proc\/meminfo: procmap needs a whole \/proc[^\n]*\n$/);
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
  const { status, stderr } = await run(['sh', '-c', `ulimit -S -n 24; exec '${PROCMAP}' ${pid()} --no-log`]);
  expect([status, stderr]).toEqual([0, '']);
});

it('what other programs tell Node by its environment does not reach it', async () => {
  const { status, stderr } = await run([PROCMAP, '--version'], { NODE_OPTIONS: '--no-such-option' });
  expect([status, stderr]).toEqual([0, '']);
});

it('an exported file is for its owner only, and a name of standard output is that', async () => {
  const { status } = await command.run(pid(), '--no-log', '--export-maps=maps.csv');
  expect([status, statSync(command.path('maps.csv')).mode & 0o777]).toEqual([0, 0o600]);
  await run(['sh', '-c', `'${PROCMAP}' ${pid()} --no-log --export-maps=/dev/stdout > '${command.path('out.csv')}'`]);
  expect(command.read('out.csv')).toMatch(/^name,size_bytes,.*\r\n(?:".*\r\n)+$/);
});

it('a map that is torn is said to be, wherever it goes', async () => {
  const proc = new FakeProc();
  // Two rows that overlap: no one moment can have shown both.
  proc.write(30, { maps: mapsLine(16, 4) + mapsLine(18, 4) });
  const torn = 'torn: the map changed while it was read, even when tried again; rows may be of different moments\n';
  const as = (...args: readonly string[]) => run([PROCMAP, '--pid=30', '--no-log', ...args], { PROCMAP_PROC: proc.root });
  expect(await as('--export-maps=-')).toMatchObject({ status: 0, stderr: `procmap: ${torn}` });
  expect((await as()).stdout).toContain(`\n${torn}`);
  const answer = JSON.parse((await as('--format=json', '--locate=0x1000,4')).stdout) as { torn: boolean; stats: { torn: boolean }; locate: { torn: boolean } };
  expect([answer.torn, answer.stats.torn, answer.locate.torn]).toEqual([true, true, true]);
  proc.dispose();
});
