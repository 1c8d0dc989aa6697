import { EMPTY_TABLE } from '@procmap/shared/region.ts';
import { describe, expect, it } from 'vitest';
import type { PageOutlet } from '../../../test/page-outlet.ts';
import { MUCH, open, pass, reader, show, useViewers, watching } from './viewer.fixture.ts';

useViewers();

function tell(version: number, tids: readonly number[]): void {
  const threads = tids.map((tid) => ({ tid, comm: `t${tid}`, stackPage: tid === 7 ? null : tid * 16 }));
  reader.threads.set(7, { version, threads, guards: [{ start: 1, end: 2 }], left: 0, denied: '' });
}

const told = (page: PageOutlet) => page.arrived.flatMap((item) => (item.type === 'threads' ? [item] : []));
const asked = (): (number | undefined)[] => reader.asked.filter(({ op }) => op === 'map').map(({ threads }) => threads);

describe('threads', () => {
  it('are not read before somebody wants them, then told once for each change', async () => {
    tell(5, [7, 8]);
    const { page, viewer } = await watching();
    await pass(3000);
    expect([told(page), asked().every((each) => each === undefined)]).toEqual([[], true]);
    viewer.take({ type: 'uses', on: true });
    await pass(3000);
    expect(told(page)).toEqual([{ type: 'threads', pid: 7, tids: [7, 8], comms: ['t7', 't8'], pages: [null, 128], guards: [1, 2], left: 0, denied: '' }]);
    expect(asked().slice(-2)).toEqual([5, 5]);
    tell(6, [7]);
    show(1);
    await pass(1000);
    expect(page.types().slice(-2)).toEqual(['delta', 'threads']);
    viewer.take({ type: 'uses', on: false });
    await pass(3000);
    expect(asked().at(-1)).toBeUndefined();
  });

  it('are told to a paused viewer that asks for them, once', async () => {
    tell(5, [7]);
    const { page, viewer } = await watching();
    viewer.take({ type: 'pause' });
    viewer.take({ type: 'uses', on: true });
    await pass(1000);
    tell(6, [7, 8]);
    await pass(10_000);
    expect(told(page)).toHaveLength(1);
  });

  it('are told to each viewer that wants them, and read once for all', async () => {
    tell(5, [7, 8]);
    const { page: without } = await watching();
    const pages = [open(), open()];
    for (const { viewer } of pages) {
      viewer.take({ type: 'uses', on: true });
      viewer.take({ type: 'watch', pid: 7, rateHz: 1 });
    }
    await pass(3000);
    expect(pages.map(({ page }) => told(page).length)).toEqual([1, 1]);
    expect(told(without)).toEqual([]);
    expect(asked().filter((each) => each === 0)).toHaveLength(1);
  });

  it('wait for a slow viewer, which then gets the latest', async () => {
    tell(5, [7]);
    const { page, viewer } = await watching();
    page.bufferedAmount = MUCH;
    viewer.take({ type: 'uses', on: true });
    for (let version = 6; version < 9; version++) {
      tell(version, [7, version]);
      await pass(1000);
    }
    expect(told(page)).toEqual([]);
    page.bufferedAmount = 0;
    await pass(1000);
    expect(told(page)).toMatchObject([{ tids: [7, 8] }]);
  });

  it('of the next process are told anew', async () => {
    tell(5, [7]);
    const { page, viewer } = await watching();
    viewer.take({ type: 'uses', on: true });
    await pass(1000);
    reader.shown.set(8, EMPTY_TABLE);
    viewer.take({ type: 'watch', pid: 8, rateHz: 1 });
    await pass(1000);
    viewer.take({ type: 'watch', pid: 7, rateHz: 1 });
    await pass(1000);
    expect(told(page)).toHaveLength(2);
  });
});
