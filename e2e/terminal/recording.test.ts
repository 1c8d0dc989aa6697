import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, PROCMAP, run } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { Command } from './command.ts';

/** procmap record and procmap show FILE: what was mapped at a moment is shown as it was. */
const FILE = 'it.procmap';
let command: Command;
let growing: Fixture;
const children: ChildProcess[] = [];

beforeAll(() => buildFixtures());
beforeEach(async () => {
  command = new Command();
  growing = await Fixture.start('growing');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await growing.stop();
  command.dispose();
});

interface Shown {
  readonly taken_at: string;
  readonly regions: readonly { readonly start: string; readonly kind: string }[];
}

async function shown(...args: readonly string[]): Promise<Shown> {
  const { status, stdout, stderr } = await command.run(...args, '--format=json', '--no-log');
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Shown;
}

/** Without what memory is for: its evidence is read by each run, and some of it in a limited time. */
function mapped({ regions }: Shown): unknown {
  return regions.map((region) => Object.fromEntries(Object.entries(region).filter(([key]) => !key.startsWith('use'))));
}

function heapOf({ regions }: Shown): unknown {
  return regions.find(({ kind }) => kind === 'heap');
}

/** A recorder that runs until it is ended. */
function recorder(...args: readonly string[]): {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly end: (signal: NodeJS.Signals) => Promise<unknown>;
} {
  const child = spawn(PROCMAP, ['record', `--pid=${growing.pid}`, `--output=${FILE}`, '--rate=10', ...args], { cwd: command.folder });
  children.push(child);
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = once(child, 'close');
  const end = async (signal: NodeJS.Signals): Promise<unknown> => {
    child.kill(signal);
    const [status] = (await ended) as [number | null];
    return status;
  };
  return { child, said: () => said, end };
}

/** Until it has written something of the last changes. */
async function recorded(least: number): Promise<void> {
  await expect.poll(() => statSync(command.path(FILE), { throwIfNoEntry: false })?.size ?? 0, { timeout: 20_000 }).toBeGreaterThan(least);
}

describe('a recording', () => {
  it('shows each moment as it was', async () => {
    const { said, end } = recorder();
    await recorded(0);
    const before = await shown(`--pid=${growing.pid}`);
    await growing.command('grow 16');
    const grown = heapOf(await shown(`--pid=${growing.pid}`));
    // A change is in the file after some seconds, also if none follows.
    await expect.poll(async () => heapOf(await shown('show', FILE)), { timeout: 30_000 }).toEqual(grown);
    const after = await shown(`--pid=${growing.pid}`);
    await setTimeout(1500);
    expect(heapOf(after)).not.toEqual(heapOf(before));
    expect(await end('SIGINT')).toBe(0);
    expect(said()).toMatch(
      /^procmap: recorded \d+ looks, 1 change of process \d+ \(growing\) in it\.procmap, [\d.]+ KB\nprocmap: the file holds addresses, .*\n$/,
    );
    for (const live of [before, after]) {
      const then = await shown('show', FILE, `--at=${live.taken_at}`);
      expect(mapped(then)).toEqual(mapped(live));
      expect(heapOf(then)).toEqual(heapOf(live));
    }
    expect(heapOf(await shown('show', FILE, '--at=+0s'))).toEqual(heapOf(before));
    expect(heapOf(await shown('show', FILE))).toEqual(heapOf(after));
    const { stdout } = await command.run('show', FILE, '-u', '--no-log');
    expect(stdout).toMatch(/^procmap .*: process \d+ \(growing\), \d+ mappings; Linux .*\nrecorded in it\.procmap: the map at 20\S+Z\n/);
    expect(stdout).toMatch(/ps: RSS +[\d,]+ KB/);
  });

  it('ends with its process, after its time, or with the first moment', async () => {
    expect(await command.run('record', String(growing.pid), '-o', 'one.procmap', '--for=0')).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/recorded 1 look, 0 changes of/) as string,
    });
    const timed = await command.run('record', String(growing.pid), '-o', 'timed.procmap', '--for=1s', '--rate=10');
    expect(timed).toMatchObject({ status: 0, stderr: expect.stringMatching(/recorded (\d|1[0-2]) looks, 0 changes of/) as string });
    const { said, child } = recorder();
    await recorded(0);
    const ended = once(child, 'close');
    await growing.stop();
    expect(await ended).toEqual([0, null]);
    expect(said()).toMatch(/^procmap: process \d+ has exited; recorded \d+ looks?,/);
    expect((await shown('show', FILE)).regions.length).toBeGreaterThan(10);
  });

  it('can be read up to its last seconds if its writer dies', async () => {
    const { end } = recorder();
    await recorded(0);
    await setTimeout(1500);
    await growing.command('steadily 50');
    // It is read while it is written.
    const isGrown = async (): Promise<boolean> => {
      const [first, last] = [await shown('show', FILE, '--at=+0s'), await shown('show', FILE)].map(heapOf);
      return JSON.stringify(first) !== JSON.stringify(last);
    };
    await expect.poll(isGrown, { timeout: 20_000 }).toBe(true);
    expect(await end('SIGKILL')).toBeNull();
    expect(await isGrown()).toBe(true);
    writeFileSync(command.path('cut.procmap'), readFileSync(command.path(FILE)).subarray(0, -7));
    const cut = await command.run('show', 'cut.procmap', '--no-log');
    expect(cut.status).toBe(0);
    expect(cut.stdout).toMatch(/^cut\.procmap: it ends within the frame at byte \d+; what lies before it can be read$/m);
  });
});

describe('the file', () => {
  const record = (name: string, ...args: readonly string[]): Promise<Ended> =>
    command.run('record', String(growing.pid), `--output=${name}`, '--for=0', ...args);

  it('is only for its owner, and replaces no other without --force', async () => {
    expect((await record(FILE)).status).toBe(0);
    expect(lstatSync(command.path(FILE)).mode & 0o777).toBe(0o600);
    const first = readFileSync(command.path(FILE));
    expect(await record(FILE)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: 'procmap: it.procmap is there already, and was not touched; --force replaces it\n',
    });
    expect(readFileSync(command.path(FILE))).toEqual(first);
    expect((await record(FILE, '--force')).status).toBe(0);
    expect(readFileSync(command.path(FILE))).not.toEqual(first);
    expect(lstatSync(command.path(FILE)).mode & 0o777).toBe(0o600);
  });

  it.each(['link', 'folder'])('is not written through a %s', async (what) => {
    if (what === 'link') symlinkSync(command.path('target'), command.path(FILE));
    else mkdirSync(command.path(FILE));
    for (const args of [[], ['--force']])
      expect(await record(FILE, ...args)).toMatchObject({ status: 1, stderr: expect.stringMatching(/^procmap: it\.procmap is /) as string });
    expect(() => lstatSync(command.path('target'))).toThrow(/ENOENT/);
  });

  it.runIf(process.getuid?.() === 0)('belongs to whoever ran sudo', async () => {
    const { status } = await run([PROCMAP, 'record', String(growing.pid), '-o', FILE, '--for=0'], { SUDO_UID: '1234', SUDO_GID: '1235' }, command.folder);
    expect(status).toBe(0);
    expect(lstatSync(command.path(FILE))).toMatchObject({ uid: 1234, gid: 1235 });
  });

  it('is not there if there is nothing to record', async () => {
    expect(await command.run('record', '4194303', '-o', FILE)).toEqual({ status: 1, stdout: '', stderr: 'procmap: there is no process 4194303\n' });
    expect(() => lstatSync(command.path(FILE))).toThrow(/ENOENT/);
  });
});

it.each([
  [['record', '1'], /name a file: --output=FILE/],
  [['record', '-o', 'x'], /name a process/],
  [['record', '1', '-o', '-'], /needs the name of a file/],
  [['record', '1', '-o', 'x', '--for=1d'], /--for must be a time such as/],
  [['show'], /name one recording/],
  [['show', 'a', 'b'], /name one recording/],
  [['show', 'a', '--at=noon'], /--at must be a time such as/],
  [['show', 'a', '--pid=1'], /not both/],
  [['show', 'a', '--breakdown'], /needs a living process/],
  [['--pid=1', '--at=+1s'], /--at is for recordings/],
])('%j is a usage error', async (args, why) => {
  const { status, stdout, stderr } = await command.run(...args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(why);
});

it('what is no recording is refused, and a moment that it has not', async () => {
  writeFileSync(command.path('text'), 'procmap\n');
  writeFileSync(command.path('empty'), '');
  for (const name of ['text', 'empty'])
    expect(await command.run('show', name, '--no-log')).toEqual({
      status: 1,
      stdout: '',
      stderr: `procmap: ${name}: this is no recording of procmap’s: it begins otherwise\n`,
    });
  expect((await command.run('show', '.', '--no-log')).stderr).toBe('procmap: .: it is no regular file\n');
  expect((await command.run('show', 'nothing', '--no-log')).stderr).toBe('procmap: nothing cannot be read: ENOENT: no such file or directory\n');
  await command.run('record', String(growing.pid), '-o', FILE, '--for=0');
  const late = await command.run('show', FILE, '--at=2100-01-01T00:00:00Z', '--no-log');
  expect(late.status).toBe(1);
  expect(late.stderr).toMatch(/^procmap: it\.procmap has nothing of 2100-01-01T00:00:00\.000Z: it lasts 0\.0 s, from 20\S+Z to 20\S+Z\n$/);
});
