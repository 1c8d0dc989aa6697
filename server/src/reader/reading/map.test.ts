import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { intervalAt, tile } from '@procmap/shared/intervals.ts';
import { kindName } from '@procmap/shared/kind.ts';
import { nameKey } from '@procmap/shared/text/names.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { permsText, typeText } from '@procmap/shared/perms.ts';
import { checkTable } from '@procmap/shared/region.ts';
import { rowAt } from '@procmap/shared/region.ts';
import { describe, expect, it } from 'vitest';
import { Fixture, whyNotHere } from '../../../../e2e/fixtures/fixture.ts';
import { referenceRows, tableRows } from '../../../test/maps-reference.ts';
import { otherUser } from '../../../test/other-user.ts';
import { kernelThread } from '../../../test/kernel-thread.ts';
import { ReaderClient } from '../../../test/reader-client.ts';
import { useFixtures } from '../../../test/use-fixtures.ts';
import { folder, reader, useReader } from './map.fixture.ts';

useReader();

const startFixture = useFixtures();

async function expectEqualsProc(pid: number): Promise<void> {
  const { table, meta } = await reader.map(pid);
  expect(tableRows(table)).toEqual(referenceRows(readFileSync(`/proc/${pid}/maps`, 'latin1')));
  checkTable(table);
  const intervals = tile(table, meta.layout);
  expect([intervals.bounds[0], intervals.bounds[intervals.length]]).toEqual([0, 2 ** 52]);
}

describe('a process', () => {
  it('agrees with the kernel line by line, for sleep and for node', async () => {
    const children: ChildProcess[] = [spawn('sleep', ['60']), spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])];
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const child of children) await expectEqualsProc(child.pid ?? 0);
    for (const child of children) child.kill('SIGKILL');
  });

  /** Objects that a kernel or user does not support are missing: see e2e/fixtures/objects.c. */
  const KIND_OF_OBJECT: Readonly<Record<string, string>> = {
    ...{ perf: 'device', io_uring: 'device', aio: 'device', packet: 'device' },
    ...{ sysv: 'shmem', shared: 'shmem', memfd: 'shmem', memfd_private: 'shmem', secret: 'shmem', zero_shared: 'shmem', posix: 'shmem' },
    ...{ huge_shared: 'shmem', memfd_huge: 'shmem', hugetlbfs: 'shmem', huge_private: 'anon', zero_private: 'anon' },
    ...{ file_named_memfd: 'file', file_named_deleted: 'file', file_deleted: 'file', file_unnamed: 'file' },
  };

  async function expectKinds(objects: Fixture): Promise<readonly string[]> {
    const { table } = await reader.map(objects.pid);
    const words = objects.mappings.map(({ name }) => name);
    const found = objects.mappings.map(({ start }) => kindName(table.kind[rowAt(table, start / PAGE_SIZE)] ?? 0));
    expect(words.map((word, i) => [word, found[i]])).toEqual(words.map((word) => [word, KIND_OF_OBJECT[word]]));
    return words;
  }

  it('gets the kinds of its mappings by their nature, whatever their names', async () => {
    const words = await expectKinds(await startFixture('objects', folder));
    expect(words).toEqual(expect.arrayContaining(['sysv', 'shared', 'memfd', 'zero_private', 'zero_shared', 'posix', 'file_deleted', 'file_named_memfd']));
  });

  it.runIf(process.getuid?.() === 0)('has them by its own mounts, which no other process has', async () => {
    const huge = mkdtempSync(join(folder, 'huge'));
    const mounting = ['unshare', '-m', 'sh', '-c', `mount -t hugetlbfs none '${huge}' && exec "$0" "$@"`];
    const objects = await Fixture.startBy(mounting, 'objects', folder, huge);
    try {
      expect(await expectKinds(objects)).toContain('hugetlbfs');
    } finally {
      await objects.stop();
    }
  });

  it('shows what the fixture mapped, hostile names too', async () => {
    const fixture = await startFixture('known', folder);
    const { table, meta } = await reader.map(fixture.pid);
    expect(fixture.mappings.length).toBeGreaterThan(20);
    for (const known of fixture.mappings) {
      const row = rowAt(table, known.start / PAGE_SIZE);
      const perms = table.perms[row] ?? 0;
      expect({
        start: (table.start[row] ?? 0) * PAGE_SIZE,
        length: ((table.end[row] ?? 0) - (table.start[row] ?? 0)) * PAGE_SIZE,
        perms: permsText(perms) + typeText(perms),
        offset: (table.offset[row] ?? 0) * PAGE_SIZE,
        path: nameKey(table.names, table.name[row] ?? 0),
      }).toEqual({ start: known.start, length: known.length, perms: known.perms, offset: known.offset, path: known.path });
      const kind = { memfd: 'shmem', shared: 'shmem', file: 'file' }[known.name] ?? 'anon';
      expect(kindName(table.kind[row] ?? 0)).toBe(kind);
    }
    expect(meta).toMatchObject({ process: { pid: fixture.pid, comm: 'known' }, cost: { torn: false }, layout: { bits: 64, processBits: 64 } });
    await expectEqualsProc(fixture.pid);
  });

  it('is read whole with 20,000 mappings', async () => {
    const fixture = await startFixture('many', '20000');
    await expectEqualsProc(fixture.pid);
  });

  // e2e/guest tests this in every kernel, also with the limit of 3 GiB.
  it('of 32 bits has the limit of its own kind', async ({ skip }) => {
    const why = whyNotHere('bits32');
    skip(why !== null, why ?? '');
    const fixture = await startFixture('bits32', folder);
    const { table, meta } = await reader.map(fixture.pid);
    expect(meta.layout).toMatchObject({ bits: 64, processBits: 32, taskEnd: 0xffffe, userEnd: 2 ** 35 });
    const intervals = tile(table, meta.layout);
    expect(kindName(intervals.kind[intervalAt(intervals, 2 ** 30)] ?? 0)).toBe('beyond');
    await expectEqualsProc(fixture.pid);
  });

  it('is found through another thread when the first one has ended', async () => {
    const fixture = await startFixture('known');
    expect(await fixture.command('leave')).toBe('left');
    expect(readFileSync(`/proc/${fixture.pid}/maps`, 'latin1')).toBe('');
    const { table } = await reader.map(fixture.pid);
    expect(table.length).toBeGreaterThan(20);
  });
});

describe('a change', () => {
  it('is seen, and no other is', async () => {
    const fixture = await startFixture('known');
    const first = await reader.map(fixture.pid);
    expect((await reader.ask({ op: 'map', pid: fixture.pid, etag: first.etag })).head).toMatchObject({
      status: 'unchanged',
      etag: first.etag,
      bytes: first.meta.cost.bytes,
    });
    const [, start = '', length = ''] = (await fixture.command('map 5')).split(' ');
    const second = await reader.map(fixture.pid, first.etag);
    const row = rowAt(second.table, Number.parseInt(start, 16) / PAGE_SIZE);
    expect(((second.table.end[row] ?? 0) - (second.table.start[row] ?? 0)) * PAGE_SIZE).toBe(Number.parseInt(length, 16));
    await fixture.command('unmap');
    const third = await reader.map(fixture.pid, second.etag);
    expect(tableRows(third.table)).toEqual(tableRows(first.table));
    // An older etag never gets "unchanged".
    expect((await reader.ask({ op: 'map', pid: fixture.pid, etag: second.etag })).head.status).toBe('map');
  });

  it('is not denied by a reader without memory of the old map', async () => {
    const fixture = await startFixture('known');
    const { etag } = await reader.map(fixture.pid);
    expect((await reader.ask({ op: 'forget', pid: fixture.pid })).head.status).toBe('forgotten');
    expect((await reader.ask({ op: 'map', pid: fixture.pid, etag })).head.status).toBe('map');
    const other = new ReaderClient();
    expect((await other.ask({ op: 'map', pid: fixture.pid, etag })).head.status).toBe('map');
    await other.stop();
  });

  it('by exec shows the new program', async () => {
    const fixture = await startFixture('known');
    const before = await reader.map(fixture.pid);
    fixture.send('exec');
    await fixture.untilReady();
    const after = await reader.map(fixture.pid, before.etag);
    expect(tableRows(after.table)).not.toEqual(tableRows(before.table));
    await expectEqualsProc(fixture.pid);
  });

  it('while it is read is read again, and no row is ever out of order', async () => {
    const fixture = await startFixture('known', folder);
    const still = await reader.map(fixture.pid);
    fixture.send('churn 1500');
    let again = 0;
    for (const end = performance.now() + 1200; performance.now() < end;) {
      const { table, meta } = await reader.map(fixture.pid);
      checkTable(table);
      if (meta.cost.reads > 4 * still.meta.cost.reads || meta.cost.torn) again++;
    }
    expect(again).toBeGreaterThan(0);
    expect(await fixture.line()).toMatch(/^churned/);
  });

  it('that continues during all reads is reported as torn', async () => {
    const fixture = await startFixture('many', '20000');
    expect(await fixture.command('churn 1000')).toBe('churning');
    let during = await reader.map(fixture.pid);
    // On a busy machine, the fixture may pause during a read.
    for (const end = performance.now() + 800; !during.meta.cost.torn && performance.now() < end;) during = await reader.map(fixture.pid);
    expect(during.meta.cost.torn).toBe(true);
    checkTable(during.table);
    expect(during.table.length).toBeGreaterThanOrEqual(20_000);
    expect(await fixture.line()).toMatch(/^churned/);
    expect((await reader.map(fixture.pid, during.etag)).meta.cost.torn).toBe(false);
  });
});

describe('a process without an address space', () => {
  it('is not found, a zombie, or a kernel thread', async () => {
    const fixture = await startFixture('zombie');
    const child = Number(fixture.ready[1]);
    expect(await reader.error(child)).toMatchObject({ error: 'zombie', message: expect.stringContaining(`${child} (zombie) is a zombie`) as string });
    expect(await reader.error(child, '1-x-1')).toMatchObject({ error: 'exited' });
    expect(await reader.error(4_194_304)).toMatchObject({ error: 'not_found' });
    const thread = kernelThread();
    if (thread !== null) expect(await reader.error(thread)).toMatchObject({ error: 'kernel_thread' });
  });

  it('has exited, for a client that watched it', async () => {
    const fixture = await startFixture('known');
    const { etag } = await reader.map(fixture.pid);
    await fixture.stop();
    expect(await reader.error(fixture.pid, etag)).toMatchObject({ error: 'exited' });
    expect(await reader.error(fixture.pid)).toMatchObject({ error: 'not_found' });
  });
});

it('without permission says what to do, and still reads its own processes', async () => {
  // As root: another user reads this test process. Without root: this user reads process 1.
  const other = new ReaderClient(otherUser === null ? {} : { prefix: otherUser });
  if (otherUser !== null || process.getuid?.() !== 0) {
    expect(await other.error(otherUser === null ? 1 : process.pid)).toMatchObject({
      error: 'no_permission',
      message: expect.stringContaining('sudo') as string,
    });
  }
  expect((await other.map(other.process.pid ?? 0)).table.length).toBeGreaterThan(10);
  await other.stop();
});

describe('a bad request', () => {
  it.each([
    {},
    { op: 'read', path: '/etc/shadow' },
    { op: 'map', pid: '1', etag: null },
    { op: 'map', pid: 0, etag: null },
    { op: 'map', pid: 1.5, etag: null },
    { op: 'map', pid: 2 ** 40, etag: null },
    { op: 'map', pid: 1 },
    { op: 'map', pid: 1, etag: 'x'.repeat(65) },
    { op: 'forget' },
  ])('%j gets an error, and the next one an answer', async (request) => {
    expect((await reader.ask(request)).head).toMatchObject({ status: 'error', error: 'bad_request' });
    expect((await reader.ask({ op: 'system' })).head.status).toBe('system');
  });

  it.each([
    ['that is no message', Buffer.alloc(64, 255)],
    // 16 MiB: it is refused without waiting for it.
    ['that claims to be long', Buffer.from([0, 0, 0, 1, 16, 0, 0, 0])],
  ])('%s ends the reader', async (_, bytes) => {
    const other = new ReaderClient();
    await other.ask({ op: 'system' });
    other.sendRaw(bytes);
    await new Promise((resolve) => other.process.once('exit', resolve));
    expect(other.process.exitCode ?? other.process.signalCode).not.toBeNull();
  });
});

it('answers in the order of asking', async () => {
  await reader.ask({ op: 'system' });
  const order: number[] = [];
  const answers = [reader.ask({ op: 'map', pid: process.pid, etag: null }), reader.ask({ op: 'processes' }), reader.ask({ op: 'system' })];
  const noted = answers.map((answer, i) => answer.then(() => order.push(i)));
  // This process is busy, so it finds all the answers in one chunk.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  await Promise.all(noted);
  expect(order).toEqual([0, 1, 2]);
});
