import { META } from '@procmap/shared/table.fixture.ts';
import { describe, expect, it } from 'vitest';
import { gapsWithin, pass, processes, reader, TABLE, useWatching, watch } from './watched-process.fixture.ts';

useWatching();

describe('what cannot be read', () => {
  it.each(['not_found', 'exited', 'kernel_thread', 'zombie'] as const)('because it is %s is not read again', async (word) => {
    reader.shown.set(7, word);
    const { who } = watch();
    await pass(60_000);
    expect(reader.looks(7)).toBe(1);
    expect(who.states).toEqual([{ type: 'state', pid: 7, state: word, message: `it is ${word}` }]);
  });

  it('because there can be no such pid is not found', async () => {
    reader.shown.set(7, 'bad_request');
    const { who } = watch();
    await pass(60_000);
    expect(who.words).toEqual(['not_found']);
    expect(reader.looks(7)).toBe(1);
  });

  it('because it has ended is watched anew on a later request for that id', async () => {
    const old = watch();
    await pass(10);
    reader.shown.set(7, 'exited');
    await pass(1000);
    reader.shown.set(7, TABLE);
    const fresh = watch();
    await pass(10);
    expect(fresh.watched).not.toBe(old.watched);
    expect(fresh.who.words).toEqual(['live']);
    expect(old.who.words).toEqual(['live', 'exited']);
    expect(reader.asked.at(-1)).toMatchObject({ op: 'map', etag: null });
    // The old watcher leaves, without removing the new process.
    processes.unwatch(old.watched, old.who);
    expect(watch().watched).toBe(fresh.watched);
  });

  it('because it hangs is tried less and less often, and once it answers as before', async () => {
    const { who } = watch(10);
    await pass(1000);
    reader.shown.set(7, 'stalled');
    const gaps = await gapsWithin(125);
    expect(gaps.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 30]);
    expect(gaps.slice(5).every((gap) => gap === 30)).toBe(true);
    expect(who.words).toEqual(['live', 'stalled']);
    reader.shown.set(7, TABLE);
    await pass(31_000);
    expect(who.words).toEqual(['live', 'stalled', 'live']);
    const before = reader.looks(7);
    await pass(1000);
    expect(reader.looks(7) - before).toBe(10);
  });

  it('because it hangs leaves the next reader in peace for a while', async () => {
    reader.shown.set(7, 'stalled');
    reader.delayMs = 1000;
    watch(10);
    for (const pauseMs of [1000, 2000, 4000]) {
      await pass(1000);
      const before = reader.looks(7);
      await pass(pauseMs - 1);
      expect(reader.looks(7)).toBe(before);
      await pass(1);
      expect(reader.looks(7)).toBe(before + 1);
    }
  });

  it('because it hangs is not tried more often because of repeated requests', async () => {
    reader.shown.set(7, 'stalled');
    const { who, watched } = watch(10);
    await pass(10_000);
    const before = reader.looks(7);
    for (let i = 0; i < 20; i++) {
      watched.catchUp(who);
      watch(10);
      await pass(100);
    }
    expect(reader.looks(7) - before).toBeLessThanOrEqual(1);
  });

  it('because it is forbidden is tried every five seconds', async () => {
    reader.shown.set(7, 'no_permission');
    const { who } = watch(10);
    await pass(10);
    expect(await gapsWithin(21)).toEqual([5, 5, 5]);
    reader.shown.set(7, TABLE);
    await pass(5000);
    expect(who.words).toEqual(['no_permission', 'live']);
  });

  it('because the answer makes no sense is tried less and less often, and not called live', async () => {
    reader.meta = { ...META, layout: { ...META.layout, end: 5 } };
    const { who } = watch(10);
    const gaps = await gapsWithin(40);
    // The first two are within one second.
    expect(gaps.slice(0, 4)).toEqual([2, 4, 8, 16]);
    expect(who.words).toEqual(['stalled']);
  });
});
