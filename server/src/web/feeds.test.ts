import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeReaderLink } from '../../test/fake-reader-link.ts';
import type { ProcessInfo } from '../reader/protocol.ts';
import type { Feed } from './feed.ts';
import { processFeed } from './feeds.ts';
import { ReaderFault } from './reader-link.ts';

const ONE: ProcessInfo = {
  pid: 7,
  ppid: 1,
  comm: 'one',
  cmdline: 'one',
  uid: 0,
  user: 'root',
  state: 'S',
  threads: 1,
  vsize_kb: 4,
  rss_kb: 4,
  start_time: 1,
  kernel_thread: false,
};

let reader: FakeReaderLink;
let feed: Feed;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  reader = new FakeReaderLink();
  reader.processes = [ONE];
  feed = processFeed(reader.link);
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Listens; the list grows by what is heard. */
function listen(): { heard: string[]; stop: () => void; again: () => void } {
  const heard: string[] = [];
  const listener = (text: string): void => {
    heard.push(text);
  };
  const again = (): void => {
    feed.add(listener);
  };
  again();
  return {
    heard,
    again,
    stop: () => {
      feed.remove(listener);
    },
  };
}

describe('the list of processes', () => {
  it('comes at once and every two seconds, read once for everybody', async () => {
    const one = listen();
    const other = listen();
    await pass(6100);
    expect(one.heard).toHaveLength(4);
    expect(other.heard).toEqual(one.heard);
    expect(reader.asked).toHaveLength(4);
    expect(JSON.parse(one.heard[0] ?? '')).toEqual({ type: 'processes', processes: [ONE] });
  });

  it('comes at once to who joins later, as it was read last', async () => {
    listen();
    await pass(1000);
    const late = listen();
    expect(late.heard).toHaveLength(1);
    expect(reader.asked).toHaveLength(1);
    await pass(1000);
    expect(late.heard).toHaveLength(2);
  });

  it('is read for nobody when nobody listens', async () => {
    const one = listen();
    await pass(100);
    one.stop();
    await pass(60_000);
    expect(reader.asked).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not read on when the last listener leaves during a read', async () => {
    let open = (): void => undefined;
    reader.gate = new Promise((resolve) => (open = resolve));
    const one = listen();
    await pass(10);
    one.stop();
    open();
    await pass(60_000);
    expect(one.heard).toEqual([]);
    expect(reader.asked).toHaveLength(1);
  });

  it('goes on for who comes back before it is old', async () => {
    const one = listen();
    await pass(100);
    one.stop();
    one.again();
    expect(one.heard).toHaveLength(2);
    await pass(10_000);
    expect(one.heard.length).toBeGreaterThanOrEqual(6);
    expect(reader.asked.length).toBeLessThanOrEqual(6);
  });

  it('is read anew for who comes back later', async () => {
    const one = listen();
    await pass(100);
    one.stop();
    await pass(5000);
    one.again();
    expect(one.heard).toHaveLength(1);
    await pass(0);
    expect(one.heard).toHaveLength(2);
  });

  it('is read less often where it takes long', async () => {
    reader.tookMs = 1000;
    const { heard } = listen();
    await pass(30_500);
    expect(heard).toHaveLength(4);
  });

  it('is not read more often by who comes and goes', async () => {
    reader.tookMs = 1000;
    const one = listen();
    for (let i = 0; i < 10; i++) {
      await pass(1000);
      one.stop();
      one.again();
    }
    expect(reader.asked.length).toBeLessThanOrEqual(2);
    expect(one.heard.length).toBeGreaterThanOrEqual(10);
  });

  it('is tried again when it could not be read', async () => {
    const broken = Promise.reject(new ReaderFault('stalled', ''));
    broken.catch(() => undefined);
    reader.gate = broken;
    const { heard } = listen();
    await pass(5000);
    expect(heard).toEqual([]);
    reader.gate = Promise.resolve();
    await pass(2000);
    expect(heard).toHaveLength(1);
  });
});
