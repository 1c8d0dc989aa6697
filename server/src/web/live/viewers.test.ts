import { tableOf } from '@procmap/shared/table.fixture.ts';
import { describe, expect, it } from 'vitest';
import { LINES, MUCH, open, pass, reader, same, show, useViewers, watching } from './viewer.fixture.ts';

useViewers();

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

  it('is disconnected after ten seconds of that', async () => {
    const { page } = await watching();
    page.bufferedAmount = MUCH;
    await pass(10_900);
    expect(page.terminated).toBe(false);
    await pass(1500);
    expect(page.terminated).toBe(true);
  });

  it('is disconnected if it asks for more and more meanwhile', async () => {
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

  it('is not disconnected if it catches up in between', async () => {
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

  it('go on when one leaves', async () => {
    const { viewer } = await watching();
    const { page } = await watching();
    viewer.close();
    page.types();
    await pass(2000);
    expect(page.types()).toEqual(['tick', 'tick']);
  });
});

describe('the rate', () => {
  it('is reported once, and again when it changes', async () => {
    const { page, viewer } = await watching(2);
    await pass(5000);
    expect(page.rates()).toMatchObject([{ pid: 7, askedHz: 2, actualHz: 2, message: '' }]);
    viewer.take({ type: 'rate', rateHz: 4 });
    expect(page.rates()).toMatchObject([{ askedHz: 4, actualHz: 4 }]);
  });

  it('is below the requested one, with the reason, if looks use too much of a core', async () => {
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
