import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { escapeBytes, escapeMapsName } from '@procmap/shared/text/escape.ts';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { HIDDEN, HOSTILE_COMMS, HOSTILE_NAMES, hostileArguments } from '../fixtures/hostile-names.ts';

/** Processes with hostile names for themselves and everything they have, as scripts see them. */
const folder = mkdtempSync(join(tmpdir(), 'procmap-hostile-'));
let daemon: Daemon;
const processes: Fixture[] = [];

beforeAll(async () => {
  buildFixtures();
  for (const comm of HOSTILE_COMMS) processes.push(await Fixture.start('hostile', ...hostileArguments(comm, folder)));
  daemon = await Daemon.start({ args: ['--metrics-match=*'] });
});
afterAll(async () => {
  await daemon.stop();
  for (const process of processes) await process.stop();
  rmSync(folder, { recursive: true });
});

function pid(index = 0): number {
  return processes[index]?.pid ?? 0;
}

/** Text of an answer, which must not contain invisible characters. */
async function visible(path: string, lines: RegExp): Promise<string> {
  const response = await daemon.get(path);
  expect([path, response.status]).toEqual([path, 200]);
  const text = await response.text();
  expect(HIDDEN.exec(text.replaceAll(lines, ''))?.[0], path).toBeUndefined();
  return text;
}

/** A name as the kernel shows it in maps, which escapes newlines itself. */
function shownInMaps(name: Buffer): string {
  return escapeMapsName(Buffer.from(name.toString('latin1').replaceAll('\n', '\\012'), 'latin1'));
}

describe('names that a process chose', () => {
  it('are visible in every answer, as JSON', async () => {
    for (let i = 0; i < processes.length; i++)
      for (const rest of ['map', 'stats', 'program', 'smaps', 'locate?start=0x400000&length_kb=4'])
        JSON.parse(await visible(`/api/processes/${pid(i)}/${rest}`, /\n/g));
  });

  it('are listed for the right process', async () => {
    const list = JSON.parse(await visible('/api/processes', /(?!)/g)) as { pid: number; comm: string; cmdline: string }[];
    HOSTILE_COMMS.forEach((comm, i) => {
      const found = list.find((each) => each.pid === pid(i));
      expect(found?.comm).toBe(escapeBytes(comm.subarray(0, 15)));
      for (const name of HOSTILE_NAMES) expect(found?.cmdline).toContain(escapeBytes(name));
    });
  });

  it('are all in the map, distinct from each other and from the kernel’s names', async () => {
    const { regions } = await daemon.json<{ regions: { name: string; kind: string }[] }>(`/api/processes/${pid()}/map`);
    const kinds = new Map(regions.map(({ name, kind }) => [name, kind]));
    for (const name of HOSTILE_NAMES) {
      expect(kinds.get(`/memfd:${shownInMaps(name)} (deleted)`)).toBe('shmem');
      if (!name.includes('/')) expect(kinds.get(`${folder}/${shownInMaps(name)}`) ?? `no ${name.toString()}`).toBe(name.toString() === '..' ? 'no ..' : 'file');
    }
    expect(kinds.get('[stack]')).toBe('stack');
  });

  it('are safe cells of CSV, that a spreadsheet takes for text', async () => {
    const text = await visible(`/api/processes/${pid()}/maps.csv`, /\r\n/g);
    const rows = parse<Record<string, string>>(text, { columns: true });
    expect(rows.length).toBeGreaterThan(2 * HOSTILE_NAMES.length);
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^\s*[=+@|%＝＋＠]|^\s*-(?!--?$)/u);
    // Each text cell is quoted, so other programs need not guess.
    for (const line of text.trim().split('\r\n').slice(1)) expect(line).toMatch(/^"/);
  });

  it('stay within their quotes in the metrics', async () => {
    const text = await visible('/metrics', /\n/g);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# (TYPE|HELP|UNIT|EOF).*|procmap_[a-z_]+(\{([a-z]+="([^"\\]|\\["\\n])*",?)*\})? [0-9.e+-]+)$/);
  });

  it('leave each line of the log one object', () => {
    for (const line of daemon.log.trim().split('\n')) if (line !== '') expect(JSON.parse(line)).toHaveProperty('level');
  });
});
