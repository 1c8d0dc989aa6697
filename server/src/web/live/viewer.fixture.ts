import type { ObjectEvidence } from '@procmap/shared/use/evidence.ts';
import { EMPTY_TABLE, type MappingTable } from '@procmap/shared/region.ts';
import { linesOf, manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { DEFAULT_TICK_PERCENT } from '../../common/defaults.ts';
import { PageOutlet } from '../../../test/page-outlet.ts';
import type { Feed } from './feed.ts';
import { Memories } from '../link/memories.ts';
import { KernelWatch } from './kernel-watch.ts';
import { MemoryFeeds, processFeed } from './feeds.ts';
import { Viewer } from './viewer.ts';
import { WatchedProcesses } from './watched-processes.ts';

export const LINES = manyLines(120);

/** The map after i changes, each of which removes one row. */
export const MAPS = Array.from({ length: 50 }, (_, i) => tableOf(LINES.slice(i)));

export const MUCH = 1024 * 1024 + 1;

export let reader: FakeReaderLink;

export let processes: WatchedProcesses;

export let feed: Feed;

export let memory: MemoryFeeds;

export function show(change: number | Parameters<typeof reader.shown.set>[1]): void {
  reader.shown.set(7, typeof change === 'number' ? (MAPS[change] ?? EMPTY_TABLE) : change);
}

/** What ELF files tell of any process. */
let objects: ObjectEvidence | null = null;

export function tell(told: ObjectEvidence | null): void {
  objects = told;
}

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

export function open(): { page: PageOutlet; viewer: Viewer } {
  const page = new PageOutlet();
  return {
    page,
    viewer: new Viewer(page, { processes, feed, memory, kernel: new KernelWatch(reader.link, () => undefined), objects: () => Promise.resolve(objects) }),
  };
}

export async function watching(rateHz = 1): Promise<{ page: PageOutlet; viewer: Viewer }> {
  const { page, viewer } = open();
  viewer.take({ type: 'watch', pid: 7, rateHz });
  await pass(0);
  return { page, viewer };
}

export function same(page: PageOutlet, table: MappingTable): void {
  expect(linesOf(page.table)).toEqual(linesOf(table));
}

/** Sets up a reader and feeds with fake timers for each test of the calling file. */
export function useViewers(): void {
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
}
