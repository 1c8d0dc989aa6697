import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReaderClient } from '../../../server/test/reader-client.ts';
import { Fixture, type Program } from '../../fixtures/fixture.ts';
import { type MapsReport, PROCESS_NAMES, type ProcessName, type SeenProcess } from '../report.ts';

/**
 * Runs in the guest: lets the real reader and the real command read processes that the host may not be able to run.
 * Asserts nothing; guest.test.ts does. Arguments: the reader's script, the command.
 */
async function report(): Promise<MapsReport> {
  const [readerScript = '', procmap = ''] = process.argv.slice(2);
  const draw = (pid: number, ...args: string[]): string => execFileSync(procmap, [`--pid=${pid}`, '--no-log', ...args], { encoding: 'utf8' });
  const reader = new ReaderClient({ script: readerScript });
  const { head } = await reader.ask({ op: 'system' });
  if (head.status !== 'system') throw new Error(`no system: ${JSON.stringify(head)}`);
  const folder = mkdtempSync(join(tmpdir(), 'known-'));
  const processes: SeenProcess[] = [];
  for (const name of PROCESS_NAMES) {
    const fixture = await start(name, folder);
    const { head: answer, body } = await reader.ask({ op: 'map', pid: fixture.pid, etag: null });
    if (answer.status !== 'map') throw new Error(`no map of ${name}: ${JSON.stringify(answer)}`);
    const maps = readFileSync(`/proc/${fixture.pid}/maps`, 'latin1');
    const [text, csv] = [draw(fixture.pid), draw(fixture.pid, '--export-maps=-')];
    processes.push({ name, maps, text, csv, frame: Buffer.from(body).toString('base64'), mappings: fixture.mappings, ready: fixture.ready });
    await fixture.stop();
  }
  await reader.stop();
  return { system: head.system, processes };
}

function start(name: ProcessName, folder: string): Promise<Fixture> {
  const [program = '', limit] = name.split(', ');
  return Fixture.startBy(limit === undefined ? [] : ['setarch', '--3gb'], program as Program, folder);
}

process.stdout.write(JSON.stringify(await report()));
