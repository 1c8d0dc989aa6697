import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReaderClient } from '../../server/test/reader-client.ts';
import { Fixture, type Program } from '../fixtures/fixture.ts';
import { type MapsReport, PROCESS_NAMES, type ProcessName, type SeenProcess } from './report.ts';

/** Runs in the guest: has the real reader read processes that this kernel can run and the host's perhaps cannot. Asserts nothing: guest.test.ts does. */
async function report(): Promise<MapsReport> {
  const reader = new ReaderClient();
  const { head } = await reader.ask({ op: 'system' });
  if (head.status !== 'system') throw new Error(`no system: ${JSON.stringify(head)}`);
  const folder = mkdtempSync(join(tmpdir(), 'known-'));
  const processes: SeenProcess[] = [];
  for (const name of PROCESS_NAMES) {
    const fixture = await start(name, folder);
    const { head: answer, body } = await reader.ask({ op: 'map', pid: fixture.pid, etag: null });
    if (answer.status !== 'map') throw new Error(`no map of ${name}: ${JSON.stringify(answer)}`);
    const maps = readFileSync(`/proc/${fixture.pid}/maps`, 'latin1');
    processes.push({ name, maps, frame: Buffer.from(body).toString('base64'), mappings: fixture.mappings, ready: fixture.ready });
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
