import { HALF } from '@procmap/shared/kernel-half.fixture.ts';
import { tableOf } from '@procmap/shared/table.fixture.ts';
import { describe, expect, it, vi } from 'vitest';
import { LINES, open, pass, reader, same, show, useViewers, watching } from './viewer.fixture.ts';

useViewers();

describe('a viewer', () => {
  it('gets a snapshot at once, a delta for each change, otherwise a tick', async () => {
    const { page } = await watching();
    expect(page.types()).toEqual(['live', 'snapshot']);
    await pass(1000);
    expect(page.types()).toEqual(['tick']);
    show(1);
    await pass(1000);
    expect(page.types()).toEqual(['delta']);
    same(page, tableOf(LINES.slice(1)));
  });

  it('gets the kernel half after its first map, and once while it is unchanged', async () => {
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

  it('asks for the rate that its user chose, and causes no more looks', async () => {
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

  it('gets the whole change at once even if others saw it bit by bit', async () => {
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

  it('gets one look on request while it is paused, taken after the request, and no more', async () => {
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
    // Earlier than its rate: the rate does not limit this look.
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
    // A map alone would look like a live one.
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

  it('that goes leaves nothing being read', async () => {
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
