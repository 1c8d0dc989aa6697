import { setTimeout } from 'node:timers/promises';
import type { Browser, CDPSession } from '@playwright/test';
import type { Daemon } from '../../daemon.ts';
import { newPage, openProcess } from './browser.ts';
import { atMost, type Part } from '../measure.ts';
import { median } from '../stats.ts';
import type { Subject } from '../subject.ts';
import { count, digits, textTable } from '../table.ts';

const CHANGES = 1000;
/** The first minute covers one-time allocations. */
const MINUTES = 11;
const QUICK_MINUTES = 3;
/** Variation between collections without any growth. */
const NOISE_MB = 1;
const LOOKS = 6;
const LOOK_MS = 230;

/** The page's heap after a collection, once a minute, while a thousand mappings change each second. */
export async function measureHeap(subject: Subject, browser: Browser, daemon: Daemon, quick: boolean): Promise<Part> {
  const page = await newPage(browser);
  const session = await page.context().newCDPSession(page);
  await openProcess(page, daemon, subject.pid);
  const minutes = quick ? QUICK_MINUTES : MINUTES;
  await subject.fixture.command(`flip ${CHANGES} ${minutes * 60_000}`);
  const heaps: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    await page.waitForTimeout(60_000);
    heaps.push(await heapMb(session));
  }
  await page.context().close();
  await subject.fixture.line();
  const counted = heaps.slice(1);
  const half = Math.ceil(counted.length / 2);
  // Compares halves, so that a single early or late collection does not look like growth.
  const growth = median(counted.slice(-half)) - median(counted.slice(0, half));
  return {
    measures: [atMost(`growth of the page's heap in ${counted.length} minutes of ${count(CHANGES)} changes a second`, Math.max(0, growth), NOISE_MB, 'MB')],
    text: `Heap of the page at ${count(subject.rows)} mappings (MB, after a collection), minute by minute; the first is not counted\n\n${textTable([
      ['minute', ...heaps.map((_, minute) => String(minute + 1))],
      ['heap', ...heaps.map(digits)],
    ])}`,
  };
}

/**
 * Size of objects and typed arrays: the minimum of several looks, since one may fall between two maps, when both exist.
 */
async function heapMb(session: CDPSession): Promise<number> {
  const looks: number[] = [];
  for (let i = 0; i < LOOKS; i++) {
    await session.send('HeapProfiler.collectGarbage');
    const usage: { readonly usedSize: number; readonly backingStorageSize?: number } = await session.send('Runtime.getHeapUsage');
    looks.push((usage.usedSize + (usage.backingStorageSize ?? 0)) / 2 ** 20);
    await setTimeout(LOOK_MS);
  }
  return Math.min(...looks);
}
