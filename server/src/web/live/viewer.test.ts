import { HALF } from '@procmap/shared/kernel-half.fixture.ts';
import { EMPTY_TABLE, type MappingTable } from '@procmap/shared/region.ts';
import { linesOf, manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { DEFAULT_TICK_PERCENT } from '../../common/defaults.ts';
import { PageOutlet } from '../../../test/page-outlet.ts';
import type { Feed } from './feed.ts';
import { Memories } from '../link/memories.ts';
import { KernelWatch } from './kernel-watch.ts';
import { MemoryFeeds, processFeed } from './feeds.ts';
import { Viewer } from './viewer.ts';
import { WatchedProcesses } from './watched-processes.ts';

const LINES = manyLines(120);
/** The map after i changes: one row less each. */
const MAPS = Array.from({ length: 50 }, (_, i) => tableOf(LINES.slice(i)));
const MUCH = 1024 * 1024 + 1;

let reader: FakeReaderLink;
let processes: WatchedProcesses;
let feed: Feed;
let memory: MemoryFeeds;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  reader = new FakeReaderLink();
  processes = new WatchedProcesses(reader.link, DEFAULT_TICK_PERCENT);
  feed = processFeed(reader.link);
  memory = new MemoryFeeds(new Memories(reader.link));
  show(0);
});

afterEach(() => {
  vi.useRealTimers();
});

function show(change: number | Parameters<typeof reader.shown.set>[1]): void {
  reader.shown.set(7, typeof change === 'number' ? (MAPS[change] ?? EMPTY_TABLE) : change);
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function open(): { page: PageOutlet; viewer: Viewer } {
  const page = new PageOutlet();
  return { page, viewer: new Viewer(page, { processes, feed, memory, kernel: new KernelWatch(reader.link, () => undefined) }) };
}

async function watching(rateHz = 1): Promise<{ page: PageOutlet; viewer: Viewer }> {
  const { page, viewer } = open();
  viewer.take({ type: 'watch', pid: 7, rateHz });
  await pass(0);
  return { page, viewer };
}

function same(page: PageOutlet, table: MappingTable): void {
  expect(linesOf(page.table)).toEqual(linesOf(table));
}

describe('a viewer', () => {
  it('gets a snapshot at once, a delta for each change, a tick where there is none', async () => {
    const { page } = await watching();
    expect(page.types()).toEqual(['live', 'snapshot']);
    await pass(1000);
    expect(page.types()).toEqual(['tick']);
    show(1);
    await pass(1000);
    expect(page.types()).toEqual(['delta']);
    same(page, tableOf(LINES.slice(1)));
  });

  it('is told of the kernel half behind its first map, and once as long as that is the same', async () => {
    const { page, viewer } = await watching();
    await pass(5000);
    const order = page.arrived.map(({ type }) => type).filter((type) => type === 'kernel' || type === 'snapshot');
    expect(order).toEqual(['snapshot', 'kernel']);
    reader.kernel = HALF;
    await pass(2100);
    viewer.take({ type: 'watch', pid: 8, rateHz: 1 });
    await pass(5000);
    expect(page.arrived.filter(({ type }) => type === 'kernel')).toHaveLength(2);
    viewer.take({ type: 'unwatch' });
    await pass(2100);
    const asked = reader.asked.length;
    await pass(10_000);
    expect(reader.asked).toHaveLength(asked);
  });

  it('asks for the rate that its user chose, and is not looked at more often', async () => {
    const { page, viewer } = await watching(2);
    await pass(10_000);
    expect(reader.looks(7)).toBe(21);
    viewer.take({ type: 'rate', rateHz: 0.1 });
    page.types();
    await pass(30_000);
    expect(page.types()).toEqual(['tick', 'tick', 'tick']);
  });

  it('gets nothing while it is paused, and the whole change in one delta when it goes on', async () => {
    const { page, viewer } = await watching(0.5);
    viewer.take({ type: 'pause' });
    page.types();
    for (let change = 1; change < 20; change++) {
      show(change);
      await pass(2000);
    }
    expect(page.types()).toEqual([]);
    expect(reader.looks(7)).toBe(1);
    viewer.take({ type: 'resume' });
    await pass(10);
    expect(page.types()).toEqual(['live', 'delta']);
    same(page, tableOf(LINES.slice(19)));
  });

  it('gets the whole change at once also when others saw it come bit by bit', async () => {
    const { page, viewer } = await watching(1);
    const other = await watching(10);
    viewer.take({ type: 'pause' });
    page.types();
    for (let change = 1; change < 20; change++) {
      show(change);
      await pass(100);
    }
    expect(page.types()).toEqual([]);
    viewer.take({ type: 'resume' });
    await pass(0);
    expect(page.types()).toEqual(['delta', 'live']);
    same(page, other.page.table);
  });

  it('that pauses before its first map gets that one', async () => {
    const { page, viewer } = open();
    viewer.take({ type: 'watch', pid: 7, rateHz: 1 });
    viewer.take({ type: 'pause' });
    await pass(10_000);
    expect(page.types()).toEqual(['live', 'snapshot']);
    expect(reader.looks(7)).toBe(1);
  });

  it('gets one look while it is paused where it asks for that, of the time after, and no more', async () => {
    const { page, viewer } = await watching(0.1);
    viewer.take({ type: 'pause' });
    page.types();
    show(1);
    await pass(20_000);
    viewer.take({ type: 'look' });
    await pass(0);
    expect(page.types()).toEqual(['delta']);
    same(page, tableOf(LINES.slice(1)));
    show(2);
    await pass(20_000);
    expect(page.types()).toEqual([]);
    // Sooner than its rate: nobody chose one for this look.
    viewer.take({ type: 'look' });
    await pass(0);
    viewer.take({ type: 'look' });
    await pass(100);
    expect(page.types()).toEqual(['delta', 'tick']);
    same(page, tableOf(LINES.slice(2)));
    const looks = reader.looks(7);
    await pass(20_000);
    expect(reader.looks(7)).toBe(looks);
  });

  it('that lost its base gets a snapshot at once', async () => {
    const { page, viewer } = await watching(0.1);
    show(3);
    await pass(10_000);
    page.types();
    viewer.take({ type: 'resync' });
    await pass(0);
    expect(page.types()).toEqual(['snapshot', 'live']);
    same(page, tableOf(LINES.slice(3)));
  });

  it('that watches another process gets that one only', async () => {
    reader.shown.set(8, tableOf(LINES.slice(100)));
    const { page, viewer } = await watching();
    viewer.take({ type: 'watch', pid: 8, rateHz: 1 });
    page.types();
    show(1);
    await pass(3000);
    expect(page.types()).toEqual(['live', 'snapshot', 'tick', 'tick', 'tick']);
    expect(reader.looks(7)).toBe(1);
    same(page, tableOf(LINES.slice(100)));
    viewer.take({ type: 'unwatch' });
    await pass(3000);
    expect(page.types()).toEqual([]);
  });

  it('is not told of a look that it has seen', async () => {
    const { page, viewer } = await watching(0.1);
    await pass(8000);
    page.types();
    for (const rateHz of [0.2, 0.3, 10]) viewer.take({ type: 'rate', rateHz });
    expect(page.types()).toEqual(['live', 'live', 'live']);
  });

  it('is told that all it has is old when the process does not answer', async () => {
    const first = await watching();
    show('stalled');
    await pass(1000);
    expect(first.page.types().at(-1)).toBe('stalled');
    const second = await watching();
    // A map by itself would pass for a live one.
    expect(second.page.types()).toEqual(['snapshot', 'stalled']);
    second.viewer.take({ type: 'resync' });
    expect(second.page.types()).toEqual(['snapshot', 'stalled']);
    second.viewer.take({ type: 'rate', rateHz: 5 });
    expect(second.page.types()).toEqual(['stalled']);
  });

  it('has the last map when the process is gone, whatever it skipped', async () => {
    const { page } = await watching(0.2);
    const { page: fast } = await watching(10);
    show(5);
    await pass(300);
    show('exited');
    await pass(300);
    expect(page.types().slice(-2)).toEqual(['delta', 'exited']);
    same(page, fast.table);
    same(page, tableOf(LINES.slice(5)));
  });

  it('that lost its base of a process that is gone gets the last map', async () => {
    const { page, viewer } = await watching();
    show('exited');
    await pass(1000);
    page.types();
    viewer.take({ type: 'resync' });
    await pass(10_000);
    expect(page.types()).toEqual(['snapshot', 'exited']);
    expect(reader.looks(7)).toBe(2);
  });

  it('that goes leaves nothing that is read', async () => {
    const { viewer } = await watching();
    viewer.take({ type: 'processes', on: true });
    await pass(100);
    viewer.close();
    const before = reader.asked.length;
    await pass(60_000);
    expect(reader.asked.length).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a viewer that is slow', () => {
  it('gets nothing while much is on its way, then everything in one delta', async () => {
    const { page } = await watching();
    page.types();
    page.bufferedAmount = MUCH;
    for (let change = 1; change <= 5; change++) {
      show(change);
      await pass(1000);
    }
    expect(page.types()).toEqual([]);
    page.bufferedAmount = 1024 * 1024;
    await pass(1000);
    expect(page.types()).toEqual(['delta']);
    same(page, tableOf(LINES.slice(5)));
    expect(page.terminated).toBe(false);
  });

  it('is let go of after ten seconds of that', async () => {
    const { page } = await watching();
    page.bufferedAmount = MUCH;
    await pass(10_900);
    expect(page.terminated).toBe(false);
    await pass(1500);
    expect(page.terminated).toBe(true);
  });

  it('is let go of when it asks for more and more meanwhile', async () => {
    const { page, viewer } = await watching();
    page.bufferedAmount = MUCH;
    for (let i = 0; i < 90; i++) viewer.take({ type: 'rate', rateHz: 1 + (i % 2) });
    expect(page.terminated).toBe(false);
    for (let i = 0; i < 20; i++) viewer.take({ type: 'rate', rateHz: 1 + (i % 2) });
    expect(page.terminated).toBe(true);
    const before = page.arrived.length;
    viewer.take({ type: 'rate', rateHz: 7 });
    expect(page.arrived).toHaveLength(before);
  });

  it('is not let go of when it catches up in between', async () => {
    const { page } = await watching();
    for (let i = 0; i < 5; i++) {
      page.bufferedAmount = MUCH;
      await pass(8000);
      page.bufferedAmount = 0;
      await pass(1000);
    }
    expect(page.terminated).toBe(false);
  });

  it('does not slow the others', async () => {
    const { page: slow } = await watching();
    const { page } = await watching();
    slow.bufferedAmount = MUCH;
    page.types();
    show(1);
    await pass(2000);
    expect(page.types()).toEqual(['delta', 'tick']);
  });

  it('gets no list of processes either', async () => {
    const { page, viewer } = open();
    page.bufferedAmount = MUCH;
    viewer.take({ type: 'processes', on: true });
    await pass(5000);
    expect(page.types()).toEqual([]);
    page.bufferedAmount = 0;
    await pass(2000);
    expect(page.types()).toEqual(['processes']);
  });
});

describe('the memory figures', () => {
  const asked = (pid = 7): number => reader.asked.filter((each) => each.op === 'memory' && each.pid === pid).length;
  const memories = (page: PageOutlet): number => page.types().filter((type) => type === 'memory').length;

  it('come to who wants them, at once and now and then, until it wants them no longer', async () => {
    const { page, viewer } = await watching();
    await pass(5000);
    expect([asked(), memories(page)]).toEqual([0, 0]);
    viewer.take({ type: 'memory', on: true });
    await pass(10);
    expect([asked(), memories(page)]).toEqual([1, 1]);
    await pass(4000);
    expect([asked(), memories(page)]).toEqual([3, 2]);
    viewer.take({ type: 'memory', on: false });
    await pass(60_000);
    expect([asked(), memories(page)]).toEqual([3, 0]);
  });

  it('are of the process that is watched, whichever comes first', async () => {
    reader.shown.set(8, tableOf(LINES));
    const { page, viewer } = open();
    viewer.take({ type: 'memory', on: true });
    await pass(10_000);
    expect(reader.asked).toEqual([]);
    viewer.take({ type: 'watch', pid: 7, rateHz: 1 });
    await pass(10);
    expect([asked(7), asked(8)]).toEqual([1, 0]);
    viewer.take({ type: 'watch', pid: 8, rateHz: 1 });
    await pass(4010);
    expect([asked(7), asked(8)]).toEqual([1, 3]);
    expect(page.arrived.flatMap((item) => (item.type === 'memory' ? [item.pid] : []))).toEqual([7, 8, 8, 8]);
    viewer.take({ type: 'unwatch' });
    await pass(60_000);
    expect([asked(7), asked(8)]).toEqual([1, 3]);
    viewer.take({ type: 'watch', pid: 7, rateHz: 1 });
    await pass(10);
    expect(asked(7)).toBe(2);
  });

  it('rest while the viewer is paused, and come again when it goes on', async () => {
    const { page, viewer } = await watching();
    viewer.take({ type: 'memory', on: true });
    await pass(10);
    viewer.take({ type: 'pause' });
    page.types();
    await pass(60_000);
    expect([asked(), memories(page)]).toEqual([1, 0]);
    // Wanted anew while it is paused: still none.
    viewer.take({ type: 'memory', on: false });
    viewer.take({ type: 'memory', on: true });
    await pass(10_000);
    expect(asked()).toBe(1);
    viewer.take({ type: 'resume' });
    await pass(10);
    expect([asked(), memories(page)]).toEqual([2, 1]);
  });

  it('are read once for all who want them, and for nobody when the last one is gone', async () => {
    const viewers = [await watching(), await watching(), await watching()];
    for (const { viewer } of viewers.slice(1)) viewer.take({ type: 'memory', on: true });
    await pass(4010);
    expect([asked(), ...viewers.map(({ page }) => memories(page))]).toEqual([3, 0, 3, 3]);
    viewers[1]?.viewer.close();
    await pass(2000);
    expect(asked()).toBe(4);
    viewers[2]?.viewer.close();
    await pass(60_000);
    expect(asked()).toBe(4);
  });

  it('are not asked for twice by who says twice that it wants them', async () => {
    const { page, viewer } = await watching();
    for (let i = 0; i < 10; i++) {
      viewer.take({ type: 'memory', on: true });
      await pass(100);
    }
    expect([asked(), memories(page)]).toEqual([1, 1]);
  });

  it('are not read more often by who watches the same process again and again, or wants and does not', async () => {
    const { viewer } = await watching();
    viewer.take({ type: 'memory', on: true });
    for (let i = 0; i < 10; i++) {
      await pass(100);
      viewer.take({ type: 'watch', pid: 7, rateHz: 1 });
      viewer.take({ type: 'memory', on: false });
      viewer.take({ type: 'memory', on: true });
      viewer.take({ type: 'pause' });
      viewer.take({ type: 'resume' });
    }
    expect(asked()).toBe(1);
  });

  it('of a process that has ended are asked for no longer: its number may be another one’s', async () => {
    const { page, viewer } = await watching();
    viewer.take({ type: 'memory', on: true });
    await pass(10);
    show('exited');
    await pass(3000);
    expect(page.types()).toContain('exited');
    const before = asked();
    await pass(60_000);
    // The number is used again.
    show(0);
    await pass(60_000);
    expect(asked() - before).toBe(0);
    expect(memories(page)).toBe(0);
  });

  it('say why there are none', async () => {
    const { page, viewer } = await watching();
    show('no_permission');
    viewer.take({ type: 'memory', on: true });
    await pass(10);
    expect(page.arrived.at(-1)).toEqual({ type: 'memory', pid: 7, memory: null, message: 'it is no_permission' });
  });

  it('do not come to who takes nothing', async () => {
    const { page, viewer } = await watching();
    page.bufferedAmount = MUCH;
    viewer.take({ type: 'memory', on: true });
    await pass(4010);
    expect(memories(page)).toBe(0);
    page.bufferedAmount = 0;
    await pass(2000);
    expect(memories(page)).toBe(1);
  });
});

describe('several viewers', () => {
  it('share one poller, and one frame where they need the same', async () => {
    const pages = [await watching(1), await watching(1), await watching(1)].map(({ page }) => page);
    show(1);
    await pass(1000);
    expect(reader.looks(7)).toBe(2);
    const [first, second, third] = pages.map((page) => page.frames.at(-1));
    expect(first).toBeInstanceOf(Uint8Array);
    expect(second).toBe(first);
    expect(third).toBe(first);
  });

  it('each have their own rate', async () => {
    const { page: fast } = await watching(10);
    const { page: slow } = await watching(1);
    fast.types();
    slow.types();
    await pass(10_050);
    expect(fast.types().length).toBeGreaterThanOrEqual(98);
    const ticks = slow.types().length;
    expect(ticks).toBeGreaterThanOrEqual(9);
    expect(ticks).toBeLessThanOrEqual(11);
    expect(reader.looks(7)).toBeLessThanOrEqual(103);
  });

  it('of whom one leaves go on', async () => {
    const { viewer } = await watching();
    const { page } = await watching();
    viewer.close();
    page.types();
    await pass(2000);
    expect(page.types()).toEqual(['tick', 'tick']);
  });
});

describe('the rate', () => {
  it('is said once, and again when it changes', async () => {
    const { page, viewer } = await watching(2);
    await pass(5000);
    expect(page.rates()).toMatchObject([{ pid: 7, askedHz: 2, actualHz: 2, message: '' }]);
    viewer.take({ type: 'rate', rateHz: 4 });
    expect(page.rates()).toMatchObject([{ askedHz: 4, actualHz: 4 }]);
  });

  it('is below the asked one, and says why, when looks take too much of a core', async () => {
    reader.cpuMs = 100;
    const { page } = await watching(10);
    await pass(5000);
    const said = page.rates().at(-1);
    expect(said).toMatchObject({ askedHz: 10 });
    expect(said?.actualHz).toBeLessThanOrEqual(1);
    expect(said?.message).toContain('of a core');
    const before = reader.looks(7);
    await pass(10_000);
    expect(reader.looks(7) - before).toBeLessThanOrEqual(10);
  });
});
