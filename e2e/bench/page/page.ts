import type { Daemon } from '../../daemon.ts';
import type { BareBrowser } from './bare-browser.ts';
import { addressOf } from './browser.ts';
import { atMost, type Part } from '../measure.ts';
import { median } from '../stats.ts';
import type { Subject } from '../subject.ts';
import { count, digits, textTable } from '../table.ts';

interface Visit {
  /** From navigation to the first visible frame with a map, in ms. */
  readonly paintMs: number;
  /** Loaded files, with the sizes of their bodies on the wire. */
  readonly loads: readonly { readonly path: string; readonly bytes: number }[];
}

/**
 * Runs in the page, whose clock starts at the navigation. Waits for a map without requesting frames, which would cost
 * time themselves. The next frame then paints it, and when the one after that begins, it is visible.
 */
const VISIT = `(async () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 4));
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  while ((window.procmapDiagram?.view.lastPage ?? 0) === 0) await pause();
  await frame();
  await frame();
  const paintMs = performance.now();
  const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  return { paintMs, loads: entries.map((entry) => ({ path: new URL(entry.name).pathname, bytes: entry.encodedBodySize })) };
})()`;

/** Measures the weight of the page, and the time until a first visit has its map. */
export async function measurePage(subjects: readonly Subject[], browser: BareBrowser, daemon: Daemon, quick: boolean): Promise<Part> {
  const all = subjects.map((subject) => ({ subject, visits: [] as Visit[] }));
  // A visit before, so that the daemon is warm.
  for (let round = 0; round < (quick ? 3 : 5) + 1; round++)
    for (const { subject, visits } of all) {
      const visit = (await browser.visit(await addressOf(daemon, subject.pid), VISIT)) as Visit;
      if (round > 0) visits.push(visit);
    }
  const loads = all[0]?.visits[0]?.loads ?? [];
  const waits = all.map(({ subject, visits }) => ({ rows: count(subject.rows), paints: visits.map(({ paintMs }) => paintMs) }));
  const first = textTable([
    ['mappings', 'first paint, ms', 'fastest', 'slowest'],
    ...waits.map(({ rows, paints }) => [rows, ...[median(paints), Math.min(...paints), Math.max(...paints)].map(digits)]),
  ]);
  const files = textTable([['file', 'bytes'], ...loads.map(({ path, bytes }) => [path, count(bytes)])]);
  return {
    measures: [
      atMost('page weight, compressed', loads.reduce((sum, { bytes }) => sum + bytes, 0) / 1024, 150, 'KB'),
      ...waits.map(({ rows, paints }) => atMost(`first paint with data, ${rows} mappings`, median(paints) / 1000, 1.5, 's')),
    ],
    text: `First visit: median of ${all[0]?.visits.length ?? 0}, nothing cached\n\n${first}\n\n${files}`,
  };
}
