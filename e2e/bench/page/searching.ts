import type { Browser } from '@playwright/test';
import type { Daemon } from '../../daemon.ts';
import { newPage, openProcess } from './browser.ts';
import { atMost, type Part } from '../measure.ts';
import { median, p95 } from '../stats.ts';
import type { Subject } from '../subject.ts';
import { count, digits, textTable } from '../table.ts';

/** Search texts: a part of a name, permissions, a kind, a size, a name that does not exist, nothing. */
const QUERIES = ['heap', 'rw-p', 'kind:anon', 'size>8K', 'size>=4K perm:w kind:anon', 'no such name', ''] as const;

/** Measures the time from an input in the search box until the whole page is up to date. */
export async function measureSearching(subjects: readonly Subject[], browser: Browser, daemon: Daemon, quick: boolean): Promise<Part> {
  const rows: string[][] = [];
  const all: { readonly subject: Subject; readonly times: number[] }[] = [];
  for (const subject of subjects) {
    const page = await newPage(browser);
    await openProcess(page, daemon, subject.pid);
    // Without updates, so that only the search is measured.
    await page.keyboard.press('Space');
    const times: number[] = [];
    for (const query of QUERIES) {
      const ofQuery: number[] = [];
      for (let round = 0; round < (quick ? 4 : 12); round++) {
        const ms = await page.getByTestId('search').evaluate(async (input: HTMLInputElement, text) => {
          const type = async (value: string): Promise<number> => {
            input.value = value;
            const begin = performance.now();
            input.dispatchEvent(new Event('input', { bubbles: true }));
            // All consequences run as microtasks, before the next task.
            await new Promise((resolve) => {
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = resolve;
              port2.postMessage(null);
            });
            return performance.now() - begin;
          };
          await type(' ');
          return await type(text);
        }, query);
        // The first round still compiles code.
        if (round > 0) ofQuery.push(ms);
      }
      times.push(...ofQuery);
      rows.push([count(subject.rows), query === '' ? '(nothing)' : query, digits(median(ofQuery)), digits(p95(ofQuery))]);
    }
    all.push({ subject, times });
    await page.context().close();
  }
  return {
    measures: all.map(({ subject, times }) => atMost(`search over ${count(subject.rows)} mappings, 95th percentile`, p95(times), 16, 'ms')),
    text: `Search (ms): from a text in the box to the page brought up to date, without the frame that shows it\n\n${textTable([['mappings', 'query', 'median', 'p95'], ...rows], [1])}`,
  };
}
