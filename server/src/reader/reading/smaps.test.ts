import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeProc, mapsLine } from '../../../test/fake-proc.ts';
import { ReaderClient } from '../../../test/reader-client.ts';
import { useFixtures } from '../../../test/use-fixtures.ts';
import { readSmaps } from './smaps.ts';
import { encodeMessage } from '../protocol/wire.ts';

const startFixture = useFixtures();
let reader: ReaderClient;

beforeEach(() => {
  reader = new ReaderClient();
});

afterEach(async () => {
  await reader.stop();
});

/** Number of such files that the reader has open. */
function held(name: string): number {
  const folder = `/proc/${reader.process.pid}/fd`;
  const links = readdirSync(folder).map((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`);
    } catch {
      return '';
    }
  });
  return links.filter((link) => link.endsWith(`/${name}`)).length;
}

it('reads smaps only as far as it is taken, and closes it when nobody wants the rest', async () => {
  const { pid } = await startFixture('many', '20000');
  // More than are answered at once.
  for (let i = 0; i < 5; i++) {
    const { head } = await reader.ask({ op: 'smaps', pid, startPage: 0, endPage: 2 ** 52 });
    expect(head.status).toBe('figures');
    expect(held('smaps')).toBe(1);
    reader.sendRaw(Buffer.concat(encodeMessage({ id: head.id, op: 'cancel' })));
    await vi.waitFor(() => expect(held('smaps')).toBe(0), { timeout: 15_000 });
  }
  expect((await reader.ask({ op: 'memory', pid })).head.status).toBe('memory');
});

it('includes a mapping that extends beyond the range, even if it is the last one read', async () => {
  const proc = new FakeProc();
  proc.write(80, { maps: mapsLine(16, 3) });
  writeFileSync(proc.path(80, 'smaps'), `${mapsLine(16, 3)}Rss:  8 kB\n`);
  const fake = new ReaderClient({ procRoot: proc.root });
  const { head, body } = await fake.ask({ op: 'smaps', pid: 80, startPage: 16, endPage: 17 });
  expect(head.status).toBe('figures');
  expect([...new Float64Array(new Uint8Array(body).buffer).subarray(0, 3)]).toEqual([16, 19, 8]);
  await fake.stop();
  proc.dispose();
});

it('reports a kernel without that file as such, not as an exited process', async () => {
  const proc = new FakeProc();
  proc.write(80, { maps: mapsLine(16, 1) });
  const fake = new ReaderClient({ procRoot: proc.root });
  const smaps = await fake.ask({ op: 'smaps', pid: 80, startPage: 0, endPage: 2 ** 52 });
  const pages = await fake.ask({ op: 'pages', pid: 80, startPage: 16, count: 1 });
  for (const [{ head }, file] of [
    [smaps, 'smaps'],
    [pages, 'pagemap'],
  ] as const)
    expect(head).toMatchObject({ status: 'error', error: 'unreadable', message: `this kernel has no ${proc.path(80, file)}` });
  expect((await fake.map(80)).table.length).toBe(1);
  await fake.stop();
  proc.dispose();
});

it('says that a process has exited when it goes between two reads', async () => {
  const many = await startFixture('many', '20000');
  let parts = 0;
  // Between two parts the process ends and is collected; then reading the file fails instead of ending.
  const give = async (): Promise<boolean> => {
    if (++parts === 1) await many.stop();
    return true;
  };
  const end = await readSmaps(many.pid, 0, 2 ** 52, { isWanted: () => true, give });
  expect(parts).toBeGreaterThan(0);
  expect(end).toMatchObject({ error: 'exited' });
});

it.each([
  ['where the kernel puts it elsewhere', []],
  ['of the same size at the same place', ['setarch', '-R']],
])('says torn of what an exec falls into, %s', async (_, by) => {
  const folder = mkdtempSync(join(tmpdir(), 'procmap-exec-'));
  const script = join(folder, 'again');
  const starts = join(folder, 'starts');
  // Executes the same program with the same arguments again and again.
  writeFileSync(script, `trap 'exec /bin/sh "$0"' USR1; echo >> ${starts}; while :; do read x; done\n`);
  const child = spawn('/usr/bin/env', [...by, '/bin/sh', script], { stdio: ['pipe', 'ignore', 'ignore'], env: {} });
  const pid = child.pid ?? 0;
  const count = (): number => statSync(starts, { throwIfNoEntry: false })?.size ?? 0;
  try {
    await vi.waitFor(() => expect(count()).toBe(1), { timeout: 15_000 });
    const end = await readSmaps(pid, 0, 2 ** 52, {
      // Called after each read(2). After the first one, the process executes its next program.
      isWanted: () => {
        if (count() === 1) process.kill(pid, 'SIGUSR1');
        const began = performance.now();
        while (count() === 1) if (performance.now() - began > 10_000) throw new Error('no exec');
        return true;
      },
      give: () => Promise.resolve(true),
    });
    expect(end).toMatchObject({ torn: true });
    expect(await readSmaps(pid, 0, 2 ** 52, { isWanted: () => true, give: () => Promise.resolve(true) })).toMatchObject({ torn: false });
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

it('does not continue smaps for a client that left before the first part', async () => {
  const { pid } = await startFixture('many', '20000');
  for (let id = 9001; id <= 9005; id++) {
    const smaps = encodeMessage({ id, op: 'smaps', pid, startPage: 0, endPage: 2 ** 52 });
    reader.sendRaw(Buffer.concat([...smaps, ...encodeMessage({ id, op: 'cancel' })]));
  }
  // All of its threads are free again.
  expect((await reader.ask({ op: 'memory', pid })).head.status).toBe('memory');
  await vi.waitFor(() => expect(held('smaps')).toBe(0), { timeout: 15_000 });
});

it('is not delayed by a slow client', async () => {
  const { pid } = await startFixture('many', '20000');
  // More than are read at once; none requests its next part.
  for (let i = 0; i < 5; i++) expect((await reader.ask({ op: 'smaps', pid, startPage: 0, endPage: 2 ** 52 })).head.status).toBe('figures');
  expect(held('smaps')).toBe(5);
  expect((await reader.ask({ op: 'memory', pid })).head.status).toBe('memory');
});
