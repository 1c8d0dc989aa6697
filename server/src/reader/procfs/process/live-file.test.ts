import { closeSync, constants, cpSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { FakeProc, mapsLine } from '../../../../test/fake-proc.ts';
import { ROLLUP } from '../../../../test/rollup-text.ts';
import { ReaderClient } from '../../../../test/reader-client.ts';
import { useFixtures } from '../../../../test/use-fixtures.ts';
import { PULSE_CELLS, readPulse, setPulse } from '../../../common/beat.ts';
import { LastTexts } from '../../reading/last-texts.ts';
import { readMap } from '../../reading/map.ts';
import { processBits } from './bitness.ts';
import { look } from './look.ts';
import { readMachine } from '../machine.ts';
import { readMemory } from '../memory/memory.ts';
import { listProcesses } from '../../reading/process-list.ts';
import { readLabel } from './read-label.ts';
import type { ProcessInfo } from '../../protocol/protocol.ts';

const startFixture = useFixtures();

function listed(pid: number): ProcessInfo | undefined {
  let found: ProcessInfo | undefined;
  listProcesses({ above: pid - 1, upTo: pid, avoid: [] }, ([row]) => (found = row));
  return found;
}

describe('a process whose first thread has ended while others continue', () => {
  it('is described as before, except for its state', async () => {
    const fixture = await startFixture('known');
    const { pid } = fixture;
    const [row, label, memory] = [listed(pid), readLabel(pid, 'known'), readMemory(pid)];
    expect(await fixture.command('leave')).toBe('left');
    expect([readFileSync(`/proc/${pid}/cmdline`, 'latin1'), readFileSync(`/proc/${pid}/status`, 'latin1').includes('VmRSS')]).toEqual(['', false]);
    const left = listed(pid);
    expect(left).toMatchObject({ state: 'Z', cmdline: row?.cmdline, program: row?.program, what: row?.what, readable: true, threads: 2 });
    expect(row?.cmdline).toMatch(/\/known$/);
    // Its second thread has a stack of its own.
    expect(left?.vsize_kb).toBeGreaterThan(row?.vsize_kb ?? NaN);
    expect(left?.rss_kb).toBeGreaterThanOrEqual(row?.rss_kb ?? NaN);
    expect(readLabel(pid, 'known')).toEqual(label);
    const { vsz_kb, smem } = readMemory(pid);
    expect(vsz_kb).toBe(left?.vsize_kb);
    expect(smem?.rss_kb).toBeGreaterThanOrEqual(memory.smem?.rss_kb ?? NaN);
    // Decided by the auxiliary vector; the map alone would give another result.
    const now = look(pid);
    expect('error' in now ? now : processBits(pid, now, 0)).toBe(64);
  });
});

/** Number of /proc reads for a map. */
async function beatsOfMap(pid: number): Promise<number> {
  const pulse = new Int32Array(new SharedArrayBuffer(4 * PULSE_CELLS));
  setPulse(pulse, 0);
  expect(await readMap(pid, null, readMachine(), new LastTexts(), () => undefined)).toMatchObject({ frame: expect.any(Uint8Array) as Uint8Array });
  return readPulse(pulse).beats;
}

it('a living thread is searched once per look, and there are two looks', async () => {
  const fixture = await startFixture('known');
  const before = await beatsOfMap(fixture.pid);
  expect(await fixture.command('leave')).toBe('left');
  expect((await beatsOfMap(fixture.pid)) - before).toBeLessThanOrEqual(2);
});

describe('the thread that stands for a process', () => {
  const proc = new FakeProc();
  const reader = new ReaderClient({ procRoot: proc.root });
  afterAll(async () => {
    await reader.stop();
    proc.dispose();
  });

  /** Threads of a process whose first thread has ended, with their states. */
  function writeThreads(pid: number, states: Readonly<Record<number, string>>): void {
    // An uninformative name, so that the program's name is used.
    proc.write(pid, { comm: 'main', state: 'Z', threads: 3 });
    for (const file of ['smaps', 'smaps_rollup']) writeFileSync(proc.path(pid, file), '');
    for (const [id, state] of Object.entries(states)) {
      const thread = Number(id);
      proc.write(thread, { state, threads: 3, maps: state === 'S' ? mapsLine(16, 3) : '' });
      writeFileSync(proc.path(thread, 'smaps'), `${mapsLine(16, 3)}Rss:  4 kB\nVmFlags: rd\n`);
      writeFileSync(proc.path(thread, 'smaps_rollup'), ROLLUP);
      writeFileSync(proc.path(thread, 'pagemap'), Buffer.alloc(8 * 32));
      proc.exe(thread, '/bin/other');
      cpSync(join(proc.root, id), proc.path(pid, `task/${id}`), { recursive: true });
      proc.remove(thread);
    }
  }

  it('is one that has not ended itself', async () => {
    writeThreads(70, { 71: 'Z', 72: 'S' });
    expect((await reader.map(70)).table.length).toBe(1);
  });

  /** Like an ending thread that is not a zombie yet. */
  function takeMemory(pid: number, thread: number): void {
    const path = proc.path(pid, `task/${thread}/stat`);
    writeFileSync(path, readFileSync(path, 'latin1').replace(' 4096 10\n', ' 0 0\n'));
    for (const file of ['maps', 'smaps', 'smaps_rollup', 'cmdline']) writeFileSync(proc.path(pid, `task/${thread}/${file}`), '');
  }

  // The order of the folder decides which one comes first.
  it.each([74, 75])('is one that has its memory still, not %i', async (without) => {
    rmSync(join(proc.root, '73'), { recursive: true, force: true });
    writeThreads(73, { 74: 'S', 75: 'S' });
    takeMemory(73, without);
    const list = await reader.ask({ op: 'processes' });
    expect(list.head.status === 'processes' ? list.head.processes : null).toContainEqual(expect.objectContaining({ pid: 73, cmdline: 'fake' }));
    expect((await reader.ask({ op: 'memory', pid: 73 })).head).toMatchObject({ memory: { smem: { rss_kb: 9160 }, smem_error: null } });
  });

  it.each(['cmdline', 'status'])('is another one if the first choice gives up its memory before its %s is read', async (file) => {
    rmSync(join(proc.root, '76'), { recursive: true, force: true });
    writeThreads(76, { 77: 'S', 78: 'S' });
    const path = `task/77/${file}`;
    const text = readFileSync(proc.path(76, path), 'latin1');
    proc.block(76, path);
    const answer = reader.ask({ op: 'processes' });
    const writer = await vi.waitFor(() => openSync(proc.path(76, path), constants.O_WRONLY | constants.O_NONBLOCK), { timeout: 15_000 });
    takeMemory(76, 77);
    writeFileSync(writer, file === 'cmdline' ? '' : text);
    closeSync(writer);
    const { head } = await answer;
    expect(head.status === 'processes' ? head.processes : null).toContainEqual(expect.objectContaining({ pid: 76, cmdline: 'fake' }));
  });

  it('never reports a living process as exiting', async () => {
    writeThreads(79, { 90: 'S' });
    for (const file of ['maps', 'smaps_rollup']) writeFileSync(proc.path(79, `task/90/${file}`), '');
    expect((await reader.ask({ op: 'map', pid: 79, etag: '1000-1' })).head).toMatchObject({ error: 'unreadable' });
    expect((await reader.ask({ op: 'memory', pid: 79 })).head).toMatchObject({ memory: { smem_error: { error: 'unreadable' } } });
  });

  // One of three threads is not in the list: the one that has ended since started it after the list was made.
  it('never reports a process as exiting whose next thread is not in the list yet', async () => {
    writeThreads(83, { 84: 'Z' });
    for (const etag of [null, '1000-1']) expect((await reader.ask({ op: 'map', pid: 83, etag })).head).toMatchObject({ error: 'unreadable' });
    expect((await reader.ask({ op: 'memory', pid: 83 })).head).toMatchObject({ memory: { smem_error: { error: 'unreadable' } } });
    expect((await reader.ask({ op: 'smaps', pid: 83, startPage: 0, endPage: 2 ** 52 })).head).toMatchObject({ error: 'unreadable' });
  });

  it('is one after those in the list that are gone by now', async () => {
    // In either order of the folder, some of them come first.
    const gone = [98, 99, 101, 102];
    writeThreads(97, { ...Object.fromEntries(gone.map((thread) => [thread, 'Z'])), 100: 'S' });
    for (const thread of gone) writeFileSync(proc.path(97, `task/${thread}/stat`), '');
    rmSync(proc.path(97, 'maps'));
    expect((await reader.map(97)).table.length).toBe(1);
  });

  it('is missing if all have ended, even before a debugger has looked at them', async () => {
    writeThreads(85, { 86: 'Z', 87: 'Z' });
    expect((await reader.ask({ op: 'map', pid: 85, etag: null })).head).toMatchObject({ error: 'zombie' });
    expect((await reader.ask({ op: 'map', pid: 85, etag: '1000-1' })).head).toMatchObject({ error: 'exited' });
    expect((await reader.ask({ op: 'memory', pid: 85 })).head).toMatchObject({ memory: { smem_error: { error: 'zombie' } } });
  });

  it('is searched again if it repeatedly starts after the list was made', async () => {
    writeThreads(88, { 89: 'Z' });
    writeFileSync(proc.path(88, 'status'), 'Name:\tmain\n');
    proc.write(91, { threads: 3 });
    writeFileSync(proc.path(91, 'smaps_rollup'), ROLLUP);
    const path = proc.path(88, 'task/89/stat');
    const text = readFileSync(path, 'latin1');
    proc.block(88, 'task/89/stat');
    const answer = reader.ask({ op: 'memory', pid: 88 });
    for (let left = 3; left >= 0; left--) {
      const writer = await vi.waitFor(() => openSync(path, constants.O_WRONLY | constants.O_NONBLOCK), { timeout: 15_000 });
      // The next look waits at another file than this one.
      rmSync(path);
      if (left > 0) proc.block(88, 'task/89/stat');
      else {
        writeFileSync(path, text);
        renameSync(join(proc.root, '91'), proc.path(88, 'task/91'));
      }
      writeFileSync(writer, text);
      closeSync(writer);
    }
    expect((await answer).head).toMatchObject({ memory: { rss_kb: 40, smem: { rss_kb: 9160 }, smem_error: null } });
  });

  it.each(['100 10 5 1 0 50 0\n', '0 0 0 0 0 0 0\n'])('smaps: is never empty or exited for a process that still runs, with statm %j', async (statm) => {
    rmSync(join(proc.root, '92'), { recursive: true, force: true });
    writeThreads(92, { 93: 'S' });
    writeFileSync(proc.path(92, 'task/93/smaps'), '');
    writeFileSync(proc.path(92, 'task/93/statm'), statm);
    expect((await reader.ask({ op: 'smaps', pid: 92, startPage: 0, endPage: 2 ** 52 })).head).toMatchObject({ error: 'unreadable' });
  });

  it('is another one if the first choice gives up its memory in the middle of a look', async () => {
    writeThreads(103, { 104: 'S', 105: 'S' });
    proc.block(103, 'task/104/statm');
    const answer = reader.map(103);
    const writer = await vi.waitFor(() => openSync(proc.path(103, 'task/104/statm'), constants.O_WRONLY | constants.O_NONBLOCK), { timeout: 15_000 });
    takeMemory(103, 104);
    writeFileSync(writer, '0 0 0 0 0 0 0\n');
    closeSync(writer);
    // The text and its end, read once.
    expect((await answer).meta.cost).toMatchObject({ reads: 2, torn: false });
  });

  it.each([
    ['smaps', 'had', '100 10 5 1 0 50 0\n', { startPage: 0, endPage: 2 ** 52 }],
    ['smaps', 'gave up', '0 0 0 0 0 0 0\n', { startPage: 0, endPage: 2 ** 52 }],
    ['pages', 'had', '100 10 5 1 0 50 0\n', { startPage: 16, count: 1 }],
  ])('%s: is another one if the first choice %s its memory while it was read', async (op, _, statm, more) => {
    rmSync(join(proc.root, '94'), { recursive: true, force: true });
    writeThreads(94, { 95: 'S', 96: 'S' });
    // The first page is present.
    const pagemap = Buffer.alloc(8 * 32);
    pagemap.writeBigUInt64LE(1n << 63n, 8 * 16);
    writeFileSync(proc.path(94, 'task/96/pagemap'), pagemap);
    proc.block(94, 'task/95/statm');
    const answer = reader.ask({ op, pid: 94, ...more });
    const writer = await vi.waitFor(() => openSync(proc.path(94, 'task/95/statm'), constants.O_WRONLY | constants.O_NONBLOCK), { timeout: 15_000 });
    takeMemory(94, 95);
    writeFileSync(writer, statm);
    closeSync(writer);
    const { head, body } = await answer;
    expect(head).toMatchObject(op === 'smaps' ? { status: 'figures' } : { status: 'pages' });
    expect(body[0]).toBe(op === 'smaps' ? 0 : 1);
    expect(body.length).toBeGreaterThan(0);
  });

  // The moment at which a thread ends cannot be chosen. Each file is the last that is read before its end.
  it.each([
    ['map', 'stat', { etag: null }],
    ['pages', 'stat', { startPage: 16, count: 1 }],
    ['smaps', 'stat', { startPage: 0, endPage: 2 ** 52 }],
    ['memory', 'stat', {}],
    ['processes', 'stat', {}],
    ['map', 'statm', { etag: null }],
    ['pages', 'statm', { startPage: 16, count: 1 }],
    ['smaps', 'statm', { startPage: 0, endPage: 2 ** 52 }],
    ['memory', 'smaps_rollup', {}],
    ['processes', 'status', {}],
    ['processes', 'cmdline', {}],
  ])('%s: is another one where the first choice ends after its %s was read', async (op, file, more) => {
    const [pid, first] = [80, 81];
    const ended = join(proc.root, 'ended');
    rmSync(ended, { recursive: true, force: true });
    rmSync(join(proc.root, String(pid)), { recursive: true, force: true });
    writeThreads(pid, { [first]: 'S', 82: 'S' });
    const path = `task/${first}/${file}`;
    const text = readFileSync(proc.path(pid, path), 'latin1');
    proc.block(pid, path);
    const answer = reader.ask({ op, pid, ...more });
    // Fails until the reader has opened it.
    const writer = await vi.waitFor(() => openSync(proc.path(pid, path), constants.O_WRONLY | constants.O_NONBLOCK), { timeout: 15_000 });
    renameSync(proc.path(pid, `task/${first}`), ended);
    writeFileSync(writer, text);
    closeSync(writer);
    const { head } = await answer;
    expect(head).toMatchObject({ status: op === 'smaps' ? 'figures' : op });
    if (head.status === 'processes') expect(head.processes).toContainEqual(expect.objectContaining({ pid, cmdline: 'fake', program: 'other' }));
    if (head.status === 'memory') expect(head.memory).toMatchObject({ rss_kb: 40, smem: { rss_kb: 9160 } });
  });
});
