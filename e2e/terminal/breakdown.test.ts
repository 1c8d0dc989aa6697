import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { Command } from './command.ts';

/** procmap --pid=PID --breakdown, as text, JSON and CSV. */
let command: Command;
let threads: Fixture;

beforeAll(async () => {
  buildFixtures();
  command = new Command();
  threads = await Fixture.start('threads', '6');
});

afterAll(async () => {
  await threads.stop();
  command.dispose();
});

async function breakdown(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await command.run(`--pid=${threads.pid}`, '--breakdown', '--no-log', ...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

it('says the same in JSON, CSV and text', async () => {
  const { rows, vsz_kb: vsz } = JSON.parse(await breakdown('--format=json')) as {
    readonly vsz_kb: number;
    readonly rows: readonly { readonly use: string | null; readonly virtual_kb: number }[];
  };
  expect(rows.reduce((sum, row) => sum + row.virtual_kb, 0)).toBe(vsz);
  expect(rows.map(({ use }) => use)).toEqual(expect.arrayContaining(['thread_stack', 'bss']));
  const table = parse<Record<string, string>>(await breakdown('--format=csv'), { columns: true });
  expect(table.some((row) => Object.values(row).includes('thread_stack'))).toBe(true);
  expect(await breakdown()).toContain('thread stacks');
});

it('is without colours in a pipe, and on a terminal with NO_COLOR', async () => {
  expect(await breakdown()).not.toContain('\x1b');
  const { stdout } = await command.runInTerminal({ NO_COLOR: '1' }, `--pid=${threads.pid}`, '--breakdown', '--no-log');
  expect(stdout).toContain('thread stacks');
  expect(stdout).not.toContain('\x1b');
});

it('says what is wrong, with the status for it', async () => {
  for (const args of [['--breakdown'], [`--pid=${threads.pid}`, '--format=csv']]) {
    const { status, stdout, stderr } = await command.run(...args, '--no-log');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^procmap: .*see procmap --help\n$/);
  }
  const gone = await command.run('--pid=4194303', '--breakdown', '--no-log');
  expect(gone).toMatchObject({ status: 1, stdout: '', stderr: 'procmap: there is no process 4194303\n' });
});
