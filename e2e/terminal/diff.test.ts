import { renameSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { Command } from './command.ts';

/** procmap diff: of moments, processes and recordings. */
let command: Command;
let growing: Fixture;
let other: Fixture;
/** The heap of `growing` in the recording, and 16 pages larger. */
const BEFORE = 'before.procmap';
const AFTER = 'after.procmap';

beforeAll(async () => {
  buildFixtures();
  command = new Command();
  [growing, other] = await Promise.all([Fixture.start('growing'), Fixture.start('growing')]);
  const record = (file: string): Promise<Ended> => command.run('record', String(growing.pid), '-o', file, '--for=0');
  expect((await record(BEFORE)).status).toBe(0);
  await growing.command('grow 16');
  expect((await record(AFTER)).status).toBe(0);
});
afterAll(async () => {
  await Promise.all([growing.stop(), other.stop()]);
  command.dispose();
});

interface Answer {
  readonly same: boolean;
  readonly by: string;
  readonly seconds: number | null;
  readonly uses: readonly unknown[];
  readonly changes: readonly { readonly change: string; readonly start: string; readonly end: string; readonly size_kb: number; readonly use: string | null }[];
}

async function answered(...args: readonly string[]): Promise<{ status: number | null; answer: Answer }> {
  const { status, stdout, stderr } = await command.run('diff', ...args, '--format=json');
  expect(stderr).toBe('');
  return { status, answer: JSON.parse(stdout) as Answer };
}

describe('procmap diff', () => {
  it('says what has grown between two recordings of a process, by how much and how fast', async () => {
    const { status, answer } = await answered(BEFORE, AFTER);
    expect(status).toBe(1);
    expect(answer).toMatchObject({ same: false, by: 'address', uses: [{ use: 'heap' }] });
    expect(answer.seconds).toBeGreaterThan(0);
    expect(answer.changes).toEqual([expect.objectContaining({ change: 'grown', size_kb: 64, use: 'heap' })]);
    expect(answer.changes[0]?.end).toMatch(/^0x[0-9a-f]+$/);
    const { stdout } = await command.run('diff', BEFORE, AFTER);
    expect(stdout).toMatch(
      /^- before\.procmap: process \d+ \(growing\) at .*Z\n\+ after\.procmap: .*\nIn [\d.]+ s, \+64 KB mapped: heaps \+64 KB \([\d.]+ KB\/s\)\.\n/,
    );
    expect(stdout).toMatch(/\n> 0x[0-9a-f]{16} +64 KB rw-p \[heap\]\n/);
    const { stdout: csv } = await command.run('diff', BEFORE, AFTER, '--format=csv');
    expect(csv).toMatch(
      /^change,start,end,size_kb,perms_first,perms_second,name,use,use_of\r\n"grown","0x[0-9a-f]+","0x[0-9a-f]+",64,"","rw-p","\[heap\]","heap",""\r\n$/,
    );
    expect((await answered(AFTER, BEFORE)).answer.changes).toEqual([expect.objectContaining({ change: 'shrunk', size_kb: 64 })]);
  });

  it('compares a recording with the process itself, and a moment with another', async () => {
    expect(await answered(AFTER, String(growing.pid))).toMatchObject({ status: 0, answer: { same: true, changes: [] } });
    expect(await answered(`${AFTER}@+0s`, AFTER)).toMatchObject({ status: 0, answer: { same: true, seconds: null } });
    const { stdout, status } = await command.run('diff', AFTER, String(growing.pid));
    expect([status, stdout.split('\n')[2]]).toEqual([0, expect.stringMatching(/^The same: \d+ mappings, /)]);
  });

  it('compares two processes by what lies there, unless told otherwise', async () => {
    const { status, answer } = await answered(BEFORE, String(other.pid));
    expect(answer).toMatchObject({ by: 'content', same: true, seconds: null });
    expect(status).toBe(0);
    const byAddress = await answered('--by=address', BEFORE, String(other.pid));
    expect(byAddress).toMatchObject({ status: 1, answer: { by: 'address', same: false } });
  });

  it('takes the last @ for a time only where one follows it', async () => {
    renameSync(command.path(BEFORE), command.path('a@+1s@b'));
    expect((await answered('a@+1s@b', 'a@+1s@b@+0s')).status).toBe(0);
    renameSync(command.path('a@+1s@b'), command.path(BEFORE));
  });

  it.each([
    [['1'], /name two maps/],
    [['1', '2', '3'], /name two maps/],
    [['1', '2', '--by=name'], /--by must be/],
    [['1', '2', '--format=xml'], /--format must be/],
    [[BEFORE, '4194303'], /there is no process 4194303/],
    [[BEFORE, './4194303'], /cannot be read/],
    [[`${BEFORE}@+1h`, BEFORE], /cannot be read/],
    [[`${BEFORE}@-5000s`, BEFORE], /has nothing of/],
  ])('%j is trouble: status 2', async (args, why) => {
    const { status, stdout, stderr } = await command.run('diff', ...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(why);
  });
});
