import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeReaderLink, MEMORY } from '../../../test/fake-reader-link.ts';
import type { ProcessInfo } from '../../reader/protocol/protocol.ts';
import type { Feed } from './feed.ts';
import { MemoryFeeds, processFeed } from './feeds.ts';
import { Memories } from '../link/memories.ts';
import { ReaderFault } from '../link/reader-fault.ts';

const ONE: ProcessInfo = {
  pid: 7,
  ppid: 1,
  comm: 'one',
  program: 'one',
  what: '',
  cmdline: 'one',
  cmdline_omitted: 0,
  uid: 0,
  user: 'root',
  state: 'S',
  threads: 1,
  vsize_kb: 4,
  rss_kb: 4,
  start_time: 1,
  kernel_thread: false,
  readable: true,
  own: false,
  answering: true,
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

/** Listens; the list collects the messages. */
function listen(): { heard: string[]; stop: () => void; again: () => void } {
  const heard: string[] = [];
  const listener = (text: string): void => {
    heard.push(text);
  };
  const again = (): void => feed.add(listener);
  again();
  return {
    heard,
    again,
    stop: () => feed.remove(listener),
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

  it('comes at once, as last read, to a listener that joins later', async () => {
    listen();
    await pass(1000);
    const late = listen();
    expect(late.heard).toHaveLength(1);
    expect(reader.asked).toHaveLength(1);
    await pass(1000);
    expect(late.heard).toHaveLength(2);
  });

  it('is not read without listeners', async () => {
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

  it('continues for a listener that returns before it is old', async () => {
    const one = listen();
    await pass(100);
    one.stop();
    one.again();
    expect(one.heard).toHaveLength(2);
    await pass(10_000);
    expect(one.heard.length).toBeGreaterThanOrEqual(6);
    expect(reader.asked.length).toBeLessThanOrEqual(6);
  });

  it('is read again for a listener that returns later', async () => {
    const one = listen();
    await pass(100);
    one.stop();
    await pass(5000);
    one.again();
    expect(one.heard).toHaveLength(1);
    await pass(0);
    expect(one.heard).toHaveLength(2);
  });

  it('is read less often if it takes long', async () => {
    reader.tookMs = 1000;
    const { heard } = listen();
    await pass(30_500);
    expect(heard).toHaveLength(4);
  });

  it('is read as often if it was the kernel that delayed it', async () => {
    reader.tookMs = 3000;
    reader.readMs = 10;
    const { heard } = listen();
    await pass(30_500);
    expect(heard.length).toBeGreaterThan(10);
  });

  it('is not read more often because a listener comes and goes', async () => {
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

describe('the memory figures of a process', () => {
  const reads = (): object[] => reader.asked.filter(({ op }) => op === 'memory');
  let feeds: MemoryFeeds;

  beforeEach(() => {
    feeds = new MemoryFeeds(new Memories(reader.link));
  });

  function hear(pid: number): { heard: unknown[]; stop: () => void; again: () => void } {
    const heard: unknown[] = [];
    const listener = (text: string): void => {
      heard.push(JSON.parse(text));
    };
    const again = (): void => feeds.add(pid, listener);
    again();
    return {
      heard,
      again,
      stop: () => feeds.remove(pid, listener),
    };
  }

  it('come at once and every two seconds, read once for everybody', async () => {
    const [one, other] = [hear(7), hear(7)];
    await pass(6100);
    expect(one.heard).toHaveLength(4);
    expect(other.heard).toEqual(one.heard);
    expect(one.heard[0]).toEqual({ type: 'memory', pid: 7, memory: MEMORY, message: '' });
    expect(reads()).toEqual(Array.from({ length: 4 }, () => ({ op: 'memory', pid: 7 })));
  });

  it('belong to their process', async () => {
    const [seven, eight] = [hear(7), hear(8)];
    await pass(100);
    expect([seven.heard, eight.heard]).toMatchObject([[{ pid: 7 }], [{ pid: 8 }]]);
    seven.stop();
    await pass(4000);
    expect([seven.heard.length, eight.heard.length]).toEqual([1, 3]);
  });

  it('are not read if nobody wants them', async () => {
    const [one, other] = [hear(7), hear(7)];
    await pass(100);
    one.stop();
    await pass(2000);
    expect([one.heard.length, other.heard.length]).toEqual([1, 2]);
    other.stop();
    await pass(60_000);
    expect([reads().length, vi.getTimerCount()]).toEqual([2, 0]);
    // Removing twice changes nothing, nor does removing a listener that was never added.
    one.stop();
    feeds.remove(8, () => undefined);
  });

  it('are read for at most a tenth of the time, if the kernel is slow', async () => {
    reader.memory = { ...MEMORY, read_ms: 1000 };
    const { heard } = hear(7);
    await pass(30_500);
    expect(heard).toHaveLength(4);
  });

  it('are not read more often because a listener comes and goes', async () => {
    reader.memory = { ...MEMORY, read_ms: 1000 };
    const one = hear(7);
    for (let i = 0; i < 10; i++) {
      await pass(1000);
      one.stop();
      one.again();
    }
    expect(reads().length).toBeLessThanOrEqual(2);
    expect(one.heard.length).toBeGreaterThanOrEqual(10);
  });

  it('are read once at a time, even if a listener comes, goes and comes again meanwhile', async () => {
    let open = (): void => undefined;
    reader.gate = new Promise((resolve) => (open = resolve));
    const one = hear(7);
    for (let i = 0; i < 5; i++) {
      await pass(100);
      one.stop();
      one.again();
    }
    await pass(100);
    expect(reader.asked).toHaveLength(1);
    open();
    await pass(100);
    expect(one.heard).toHaveLength(1);
  });

  it('are null with the reason if they cannot be read, and tried again ten seconds later', async () => {
    reader.shown.set(7, 'no_permission');
    const { heard } = hear(7);
    await pass(9000);
    expect(heard).toEqual([{ type: 'memory', pid: 7, memory: null, message: 'it is no_permission' }]);
    reader.shown.delete(7);
    await pass(1500);
    expect(heard).toMatchObject([{ memory: null }, { memory: MEMORY }]);
    await pass(2000);
    expect(heard).toHaveLength(3);
  });

  it('are tried again when the reader fails in another way', async () => {
    const broken = Promise.reject(new Error('not a fault of the reader'));
    broken.catch(() => undefined);
    reader.gate = broken;
    const { heard } = hear(7);
    await pass(9000);
    expect([heard, reader.asked.length]).toEqual([[], 1]);
    reader.gate = Promise.resolve();
    await pass(2000);
    expect(heard).toMatchObject([{ memory: MEMORY }]);
  });
});
