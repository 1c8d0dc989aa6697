import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RegionJson } from '@procmap/shared/output/map-json.ts';
import { FakeProc, mapsLine } from '../../server/test/fake-proc.ts';
import { PROCMAP, run } from '../daemon.ts';
import { kernelLines, answeredLines, type MapAnswer } from '../api/map-answer.ts';
import { boxRegions } from './box.ts';
import { KnownCommand } from './known-command.ts';

/** Each option of procmap --pid=PID, through the real executable. */
const subject = new KnownCommand();

describe('--format=json', () => {
  it('equals the kernel’s files, with figures and located places', async () => {
    const answer = JSON.parse(await subject.out(subject.pid, '--format=json', '--locate=0x1000,4')) as MapAnswer &
      Record<'stats' | 'locate', Record<string, unknown>>;
    expect(answeredLines(answer)).toEqual(kernelLines(subject.known.pid));
    expect(answer.stats).toMatchObject({ pid: subject.known.pid, vas: { mappings: kernelLines(subject.known.pid).length } });
    expect(answer.locate).toMatchObject({ start: '0x0000000000001000', space: 'user', mapped_bytes: 0 });
  });

  it('can be of one half, and has no figures with --no-stats', async () => {
    const of = async (...args: string[]) => JSON.parse(await subject.out(subject.pid, '--format=json', '--no-stats', ...args)) as { regions: RegionJson[] };
    expect(await of()).not.toHaveProperty('stats');
    expect(new Set((await of('-u')).regions.map(({ space }) => space))).toEqual(new Set(['user']));
    expect(new Set((await of('-k')).regions.map(({ space }) => space))).toEqual(new Set(['kernel']));
  });
});

describe('CSV', () => {
  it('of the maps and of the kernel go to files, and the map to the terminal', async () => {
    writeFileSync(subject.command.path('maps.csv'), 'what was there before');
    const { status, stdout, stderr } = await subject.command.run(subject.pid, '--no-log', `--export-maps=maps.csv`, '--export-kernel=kernel.csv');
    expect(status).toBe(0);
    expect(stderr).toBe('procmap: wrote the maps to maps.csv\nprocmap: wrote the kernel half to kernel.csv\n');
    expect(boxRegions(stdout).length).toBeGreaterThan(20);
    const maps = subject.command.read('maps.csv').split('\r\n');
    expect(maps[0]).toBe('name,size_bytes,start_va,end_va,perms,type,file_offset,device,inode,space,kind,source,use,use_of,use_evidence,use_certainty');
    expect(maps.filter((line) => line.includes(',"maps",'))).toHaveLength(kernelLines(subject.known.pid).length);
    expect(subject.command.read('kernel.csv')).toMatch(/^name,.*\r\n(?:".*",[0-9]+,0xf.*\r\n)*".*",[0-9]+,0xffff800000000000,0x[0-9a-f]+,.*\r\n$/);
  });

  it('goes to standard output, which then gets nothing else', async () => {
    expect(await subject.out(subject.pid, '--export-maps=-')).toMatch(/^name,size_bytes,.*\r\n(?:".*\r\n)+$/);
    expect(await subject.out('--export-kernel=-')).toMatch(/^name,size_bytes,.*\r\n(?:".*\r\n)+$/);
  });

  it('says when it cannot be written', async () => {
    for (const path of ['/dev/full', 'no/such/folder', '.']) {
      const { status, stderr } = await subject.command.run(subject.pid, '--no-log', `--export-maps=${path}`);
      expect(status).toBe(1);
      expect(stderr).toMatch(new RegExp(`^procmap: ${path} cannot be written: E[A-Z]+: .*\\n$`));
    }
  });
});

describe('colours', () => {
  const isColoured = async (env: Record<string, string>, ...args: string[]): Promise<boolean> =>
    (await subject.command.runInTerminal(env, subject.pid, '--no-log', '--no-stats', ...args)).stdout.includes('\x1b[');

  it('are shown on a terminal only', async () => {
    expect(await isColoured({})).toBe(true);
    expect(await isColoured({ NO_COLOR: '1' })).toBe(false);
    expect(await isColoured({ TERM: 'dumb' })).toBe(false);
    expect(await isColoured({}, '--no-color')).toBe(false);
    expect(await subject.out(subject.pid)).not.toContain('\x1b');
  });

  it('set off mappings without access, and writable and executable ones', async () => {
    const { stdout } = await subject.command.runInTerminal({}, subject.pid, '--no-log');
    expect(stdout).toContain('\x1b[33;1m---\x1b[0m');
    expect(stdout).toContain('\x1b[97;41;1mrwx\x1b[0m');
  });
});

describe('--verbose', () =>
  it('shows platform, sizes, program, interpreter, libraries as mapped, and the legend', async () => {
    const output = await subject.out('-p', String(process.pid), '-v');
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
    const { stdout, stderr } = await subject.command.run(subject.pid, '-d', '--no-log');
    const plain = await subject.out(subject.pid);
    expect(stderr.split('\n').every((line) => line === '' || line.startsWith('procmap: debug: '))).toBe(true);
    expect(stderr).toMatch(/maps: [0-9,]+ bytes in [0-9]+ reads, [0-9.]+ ms; parsed in [0-9.]+ ms/);
    expect(boxRegions(stdout)).toEqual(boxRegions(plain));
  }));

describe('figures', () =>
  it('are those of the address space, ps and smem, and can be left out', async () => {
    const output = await subject.out(subject.pid);
    const count = kernelLines(subject.known.pid).length;
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
    expect(await subject.out(subject.pid, '--no-stats')).not.toContain('Statistics');
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
    const { status, stdout, stderr } = await subject.command.run(option);
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  }
});

it('an exported file is for its owner only, and a name of standard output is that', async () => {
  const { status } = await subject.command.run(subject.pid, '--no-log', '--export-maps=maps.csv');
  expect([status, statSync(subject.command.path('maps.csv')).mode & 0o777]).toEqual([0, 0o600]);
  await run(['sh', '-c', `'${PROCMAP}' ${subject.pid} --no-log --export-maps=/dev/stdout > '${subject.command.path('out.csv')}'`]);
  expect(subject.command.read('out.csv')).toMatch(/^name,size_bytes,.*\r\n(?:".*\r\n)+$/);
});

it('a torn map is reported as torn in every output', async () => {
  const proc = new FakeProc();
  // Two overlapping rows, which cannot have existed at the same moment.
  proc.write(30, { maps: mapsLine(16, 4) + mapsLine(18, 4) });
  const torn = 'torn: the map changed while it was read, also on the second try; rows may be from different moments\n';
  const as = (...args: readonly string[]) => run([PROCMAP, '--pid=30', '--no-log', ...args], { PROCMAP_PROC: proc.root });
  expect(await as('--export-maps=-')).toMatchObject({ status: 0, stderr: `procmap: ${torn}` });
  expect((await as()).stdout).toContain(`\n${torn}`);
  const answer = JSON.parse((await as('--format=json', '--locate=0x1000,4')).stdout) as { torn: boolean; stats: { torn: boolean }; locate: { torn: boolean } };
  expect([answer.torn, answer.stats.torn, answer.locate.torn]).toEqual([true, true, true]);
  proc.dispose();
});
