import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { nameBytes } from '@procmap/shared/text/names.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../../test/fake-proc.ts';
import { ReaderClient } from '../../../test/reader-client.ts';

const [LARGE, OTHER] = [80, 81];
const MB = 1_000_000;
/**
 * Limit for a reader that reads the largest permitted text, including outgrown buffers. Reading the whole text would
 * take many times as much.
 */
const MAX_MEMORY_MB = 450;

let proc: FakeProc;
let reader: ReaderClient;

beforeEach(async () => {
  proc = new FakeProc();
  proc.write(OTHER, { maps: mapsLine(16, 1) });
  proc.write(LARGE, {});
  reader = new ReaderClient({ procRoot: proc.root });
  await reader.ask({ op: 'hello' });
});

afterEach(async () => {
  await reader.stop();
  proc.dispose();
});

/** A mapping of a file with a path of this many bytes: a hole in the file, which takes no time to write. */
function writeLongName(bytes: number): void {
  const path = proc.path(LARGE, 'maps');
  writeFileSync(path, mapsLine(16, 1).replace(' 0 \n', ' 7                          /'));
  truncateSync(path, bytes - 1);
  writeFileSync(path, '\n', { flag: 'a' });
}

const map = (pid: number) => reader.ask({ op: 'map', pid, etag: null });

function mostMemoryMb(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${reader.process.pid}/status`, 'latin1'))?.[1]) / 1000;
}

it.each([80, 4000])('reports a map of %i MB of text as too large, without reading it all, and answers the others', async (size) => {
  writeLongName(size * MB);
  const [{ head }, other] = await Promise.all([map(LARGE), map(OTHER)]);
  expect(head).toMatchObject({ status: 'error', error: 'too_large', message: expect.stringMatching(/^too large: .* more than 64 MB of text/) as string });
  expect(head.status === 'error' && head.cpuMs).toBeGreaterThan(1);
  expect(other.head.status).toBe('map');
  expect(mostMemoryMb()).toBeLessThan(MAX_MEMORY_MB);
  // It did not count as a hang, and did not end the reader.
  expect(reader.said).toEqual([]);
  writeFileSync(proc.path(LARGE, 'maps'), mapsLine(32, 1));
  expect((await map(LARGE)).head.status).toBe('map');
});

it('shows a name of 30 MB, and does not count as hanging while it parses it', async () => {
  writeLongName(30 * MB);
  const { table } = await reader.map(LARGE);
  expect(nameBytes(table.names, table.name[0] ?? 0).length).toBeGreaterThan(29 * MB);
  expect(reader.said).toEqual([]);
});
