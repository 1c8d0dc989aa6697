import { readFileSync } from 'node:fs';
import { PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import type { Process } from '@procmap/shared/messages.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { rowAt } from '@procmap/shared/region.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../../test/fake-proc.ts';
import { referenceRows, tableRows } from '../../../test/maps-reference.ts';
import type { StreamClient } from '../../../test/stream-client.ts';
import { TOKEN, WebClient } from '../../../test/web-client.ts';
import { useFixtures } from '../../../test/use-fixtures.ts';

let web: WebClient;
const startFixture = useFixtures();
const streams: StreamClient[] = [];

async function openStream(of = web): Promise<StreamClient> {
  const stream = await of.stream();
  streams.push(stream);
  return stream;
}

beforeAll(async () => {
  web = await WebClient.start();
});

afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.close();
});

afterAll(() => web.stop());

/** Compares the page's table with the kernel's file, line by line. */
function expectEqualsProc({ table }: StreamClient, pid: number): void {
  expect(tableRows(table)).toEqual(referenceRows(readFileSync(`/proc/${pid}/maps`, 'latin1')));
}

function hasRow({ table }: StreamClient, start: string, length: string): boolean {
  const row = rowAt(table, Number.parseInt(start, 16) / PAGE_SIZE);
  return row >= 0 && ((table.end[row] ?? 0) - (table.start[row] ?? 0)) * PAGE_SIZE === Number.parseInt(length, 16);
}

describe('a page', () => {
  it('sees a process from its first map to its last: snapshot, tick, deltas, exec, exit', async () => {
    const fixture = await startFixture('known');
    const page = await openStream();
    page.send({ type: 'watch', pid: fixture.pid, rateHz: 10 });
    expect(await page.message('state')).toMatchObject({ pid: fixture.pid, state: 'live' });
    const snapshot = await page.next('snapshot');
    expect(snapshot.meta).toMatchObject({ process: { pid: fixture.pid, comm: 'known' }, cost: { torn: false } });
    expectEqualsProc(page, fixture.pid);
    expect(await page.message('tick')).toMatchObject({ pid: fixture.pid, sequence: snapshot.sequence });

    const areas: string[][] = [];
    for (let i = 0; i < 3; i++) {
      const [, start = '', length = ''] = (await fixture.command(`map ${i + 2}`)).split(' ');
      await page.next('delta', () => hasRow(page, start, length));
      areas.push([start, length]);
    }
    expectEqualsProc(page, fixture.pid);
    for (const [start = '', length = ''] of areas.toReversed()) {
      await fixture.command('unmap');
      await page.next('delta', () => !hasRow(page, start, length));
    }
    expectEqualsProc(page, fixture.pid);

    fixture.send('exec');
    await fixture.untilReady();
    // Another program, in which everything has moved, so that a delta is useless.
    const mapped = fixture.mappings[0];
    const isThere = (): boolean => rowAt(page.table, (mapped?.start ?? 0) / PAGE_SIZE) >= 0;
    await page.next('snapshot');
    // The look may have come before it had mapped everything.
    if (!isThere()) await page.next('delta', isThere);
    await page.message('tick');
    expectEqualsProc(page, fixture.pid);

    await fixture.command('map 9');
    fixture.send('quit');
    expect(await page.message('state')).toMatchObject({ state: 'exited', message: expect.stringContaining('has exited') as string });
    expect(page.table.length).toBeGreaterThan(20);
    page.send({ type: 'watch', pid: fixture.pid, rateHz: 10 });
    expect(await page.message('state')).toMatchObject({ pid: fixture.pid, state: 'not_found' });
  });

  it('goes from one process to the next, and gets nothing of the first any more', async () => {
    const [first, second] = [await startFixture('known'), await startFixture('many', '2000')];
    const page = await openStream();
    page.send({ type: 'watch', pid: first.pid, rateHz: 10 });
    await page.next('snapshot');
    page.send({ type: 'watch', pid: second.pid, rateHz: 10 });
    await page.next('snapshot', ({ meta }) => meta.process.pid === second.pid);
    expectEqualsProc(page, second.pid);
    await first.command('map 3');
    await page.next('tick', ({ pid }) => pid === second.pid);
    expectEqualsProc(page, second.pid);
  });

  it('that resumes gets everything at once', async () => {
    const fixture = await startFixture('known');
    const page = await openStream();
    page.send({ type: 'watch', pid: fixture.pid, rateHz: 0.1 });
    await page.next('snapshot');
    page.send({ type: 'pause' });
    for (let i = 0; i < 5; i++) await fixture.command('map 2');
    const began = performance.now();
    // The interval counts from the last look, which at this rate has just been.
    page.send({ type: 'rate', rateHz: 10 });
    page.send({ type: 'resume' });
    await page.next('delta');
    expect(performance.now() - began).toBeLessThan(9000);
    expectEqualsProc(page, fixture.pid);
  });

  it('that missed a frame asks for the whole map', async () => {
    const fixture = await startFixture('known');
    const page = await openStream();
    page.send({ type: 'watch', pid: fixture.pid, rateHz: 0.1 });
    const first = await page.next('snapshot');
    page.send({ type: 'resync' });
    expect((await page.next('snapshot')).sequence).toBe(first.sequence);
  });

  it('that does not read gets no more than fits, however often it asks, and later the latest', async () => {
    const fixture = await startFixture('many', '20000');
    const page = await openStream();
    page.send({ type: 'watch', pid: fixture.pid, rateHz: 10 });
    const { sequence } = await page.next('snapshot');
    page.pause();
    // Each is almost a megabyte; the maximum number that it may request at once (allowance.ts).
    for (let i = 0; i < 35; i++) page.send({ type: 'resync' });
    page.send({ type: 'watch', pid: process.pid, rateHz: 0.1 });
    page.send({ type: 'watch', pid: fixture.pid, rateHz: 10 });
    page.send({ type: 'processes', on: true });
    // By then it has handled all of them.
    const other = await openStream();
    other.send({ type: 'processes', on: true });
    await other.message('processes');
    page.resume();
    await page.next('snapshot', (frame) => frame.sequence === sequence);
    await page.message('tick');
    expectEqualsProc(page, fixture.pid);
    expect(page.arrived.filter((type) => type === 'snapshot').length).toBeLessThan(20);
  });

  it('is told why there is no map', async () => {
    const fixture = await startFixture('zombie');
    const page = await openStream();
    for (const [pid, state] of [
      [Number(fixture.ready[1]), 'zombie'],
      [4_194_304, 'not_found'],
      [4_294_967_295, 'not_found'],
    ] as const) {
      page.send({ type: 'watch', pid, rateHz: 10 });
      expect(await page.message('state')).toMatchObject({ pid, state, message: expect.stringMatching(/./) as string });
    }
  });

  it('sees the processes that there are, again and again', async () => {
    const fixture = await startFixture('known');
    const page = await openStream();
    page.send({ type: 'processes', on: true });
    const isThere = ({ processes }: { processes: readonly Process[] }): boolean =>
      processes.some(({ pid, comm, ppid }) => pid === fixture.pid && comm === 'known' && ppid === process.pid);
    await page.next('processes', isThere);
    await fixture.stop();
    await page.next('processes', (list) => !isThere(list));
  });

  it('does not notice that the reader was replaced', async () => {
    const fixture = await startFixture('known');
    const page = await openStream();
    page.send({ type: 'watch', pid: fixture.pid, rateHz: 10 });
    await page.next('tick');
    const { readers } = web;
    web.killReader();
    const [, start = '', length = ''] = (await fixture.command('map 6')).split(' ');
    await page.next('delta', () => hasRow(page, start, length));
    await page.message('tick');
    expect(web.readers).toBe(readers + 1);
    expect(page.arrived.filter((type) => type === 'snapshot')).toHaveLength(1);
    expectEqualsProc(page, fixture.pid);
  });
});

describe('a script', () =>
  it('watches with the token alone', async () => {
    const fixture = await startFixture('known');
    const page = await web.connectStream({ authorization: `Bearer ${TOKEN}` });
    streams.push(page);
    page.send({ type: 'hello', protocol: PROTOCOL_VERSION, key: '' });
    expect(await page.message('welcome')).toMatchObject({ protocol: PROTOCOL_VERSION, version: '1.2.3' });
    page.send({ type: 'watch', pid: fixture.pid, rateHz: 10 });
    await page.next('snapshot');
    expectEqualsProc(page, fixture.pid);
  }));

describe('a process that does not answer', () => {
  it('is called stalled, then live; others go on, and every page stays connected', async () => {
    const proc = new FakeProc();
    proc.write(40, { maps: mapsLine(16, 1) });
    proc.write(41, {});
    proc.block(41, 'maps');
    const hanging = await WebClient.start({ procRoot: proc.root });
    const [held, free] = [await hanging.stream(), await hanging.stream()];
    free.send({ type: 'watch', pid: 40, rateHz: 5 });
    await free.next('snapshot');
    held.send({ type: 'watch', pid: 41, rateHz: 5 });
    expect(await held.message('state')).toMatchObject({ pid: 41, state: 'stalled' });
    await free.message('tick');
    await free.message('tick');
    proc.letGo(41, 'maps', mapsLine(32, 2));
    expect(await held.message('state')).toMatchObject({ pid: 41, state: 'live' });
    await held.next('snapshot');
    expect([...held.table.start]).toEqual([32]);
    expect([held.isOpen, free.isOpen]).toEqual([true, true]);
    expect(free.arrived.filter((type) => type === 'state')).toHaveLength(1);
    await hanging.stop();
    proc.dispose();
    // Readers are restarted again and again, which takes seconds each on a busy machine.
  }, 90_000);
});
