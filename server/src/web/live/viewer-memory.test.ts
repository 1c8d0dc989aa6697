import { tableOf } from '@procmap/shared/table.fixture.ts';
import { describe, expect, it } from 'vitest';
import type { PageOutlet } from '../../../test/page-outlet.ts';
import { LINES, MUCH, open, pass, reader, show, useViewers, watching } from './viewer.fixture.ts';

useViewers();

describe('the memory figures', () => {
  const asked = (pid = 7): number => reader.asked.filter((each) => each.op === 'memory' && each.pid === pid).length;
  const memories = (page: PageOutlet): number => page.types().filter((type) => type === 'memory').length;

  it('come at once and now and then, while they are wanted', async () => {
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
    // Requested again while it is paused: still none.
    viewer.take({ type: 'memory', on: false });
    viewer.take({ type: 'memory', on: true });
    await pass(10_000);
    expect(asked()).toBe(1);
    viewer.take({ type: 'resume' });
    await pass(10);
    expect([asked(), memories(page)]).toEqual([2, 1]);
  });

  it('are read once for all who want them, and no more when the last one is gone', async () => {
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

  it('are not read twice for a viewer that requests them twice', async () => {
    const { page, viewer } = await watching();
    for (let i = 0; i < 10; i++) {
      viewer.take({ type: 'memory', on: true });
      await pass(100);
    }
    expect([asked(), memories(page)]).toEqual([1, 1]);
  });

  it('are not read more often for a viewer that watches the same process repeatedly, or toggles them', async () => {
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

  it('of a process that has ended are not read any more: its id may be reused', async () => {
    const { page, viewer } = await watching();
    viewer.take({ type: 'memory', on: true });
    await pass(10);
    show('exited');
    await pass(3000);
    expect(page.types()).toContain('exited');
    const before = asked();
    await pass(60_000);
    // The process id is reused.
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

  it('do not come to a viewer that reads nothing', async () => {
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
