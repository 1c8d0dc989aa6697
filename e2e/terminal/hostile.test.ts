import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROCMAP, run } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { HIDDEN, HOSTILE_COMMS, HOSTILE_NAMES, hostileArguments } from '../fixtures/hostile-names.ts';

/**
 * A process with hostile names for itself and everything it has, shown in the terminal of another user, perhaps root.
 */
const folder = mkdtempSync(join(tmpdir(), 'procmap-hostile-'));
let process: Fixture;

beforeAll(async () => {
  buildFixtures();
  process = await Fixture.start('hostile', ...hostileArguments(HOSTILE_COMMS[1] ?? Buffer.alloc(0), folder));
});
afterAll(async () => {
  await process.stop();
  rmSync(folder, { recursive: true });
});

function expectVisible(text: string, lines = /\n/g): void {
  expect(HIDDEN.exec(text.replaceAll(lines, ''))?.[0]).toBeUndefined();
}

describe('hostile names', () => {
  it('control no terminal in a recording, and are the same there', async () => {
    const file = join(folder, 'it.procmap');
    const { stderr } = await run([PROCMAP, 'record', String(process.pid), '-o', file, '--for=0']);
    expectVisible(stderr);
    const shown = async (...args: readonly string[]): Promise<string> => (await run([PROCMAP, ...args, '--no-log'])).stdout;
    const text = await shown('show', file, '-v');
    expectVisible(text, /\r?\n/g);
    expect(text).toContain(String.raw`\x1b[`);
    const [then, now] = [await shown('show', file, '-u', '--format=json'), await shown('-p', String(process.pid), '-u', '--format=json')].map(
      (json) => JSON.parse(json) as { readonly comm: string; readonly regions: readonly { readonly name: string }[] },
    );
    expect([then?.comm, then?.regions.map(({ name }) => name)]).toEqual([now?.comm, now?.regions.map(({ name }) => name)]);
  });

  it.each([[['--no-log']], [['--no-log', '-v', '-d']], [['--no-log', '-u', '--width=48']], [['--no-log', '--format=json']], [['--no-log', '--export-maps=-']]])(
    'control no terminal: %j',
    async (args) => {
      const { status, stdout, stderr } = await run([PROCMAP, '-p', String(process.pid), ...args]);
      expect(status).toBe(0);
      expectVisible(stdout, /\r?\n/g);
      expectVisible(stderr);
      expect(stdout).toContain(String.raw`\x1b[`);
    },
  );

  it('are only coloured by ourselves where there are colours', async () => {
    // script(1) gives it a terminal.
    const { stdout } = await run(['script', '-qec', `${PROCMAP} -p ${process.pid} --no-log -v`, '/dev/null'], { TERM: 'xterm' });
    expect(stdout).toContain('\x1b[');
    expectVisible(
      stdout
        .split('\x1b')
        .map((piece, i) => (i === 0 ? piece : piece.replace(/^\[[0-9;]*m/, '')))
        .join(''),
      /\r?\n/g,
    );
  });

  it('are visible in the log and in files of CSV, whose cells are safe', async () => {
    const log = join(folder, 'a log');
    const csv = join(folder, 'csv');
    const { status } = await run([PROCMAP, '-p', String(process.pid), `--log=${log}`, `--export-maps=${csv}`]);
    expect(status).toBe(0);
    expectVisible(readFileSync(log, 'utf8'));
    const text = readFileSync(csv, 'utf8');
    expectVisible(text, /\r\n/g);
    const rows = parse<Record<string, string>>(text, { columns: true });
    expect(rows.filter(({ name }) => name?.includes('memfd')).length).toBe(HOSTILE_NAMES.length);
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^\s*[=+@|%]/);
  });

  it('of files are visible in messages, too', async () => {
    const { status, stderr } = await run([PROCMAP, '-p', String(process.pid), `--export-maps=${folder}/none\x1b[31m\u202e/x`]);
    expect(status).toBe(1);
    expectVisible(stderr);
  });
});
