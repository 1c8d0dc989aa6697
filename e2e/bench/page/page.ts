import type { Daemon } from '../../daemon.ts';
import type { BareBrowser } from './bare-browser.ts';
import { addressOf } from './browser.ts';
import { atMost, type Part } from '../measure.ts';
import { median } from '../stats.ts';
import type { Subject } from '../subject.ts';
import { count, digits, textTable } from '../table.ts';

interface Visit {
  /** From the navigation until the first frame with a map is on the screen, ms. */
  readonly paintMs: number;
  /** What was loaded, bodies as they came over the wire. */
  readonly loads: readonly { readonly path: string; readonly bytes: number }[];
}

/**
 * Run in the page, whose clock begins at the navigation. Looks for a map without asking for frames, which would themselves cost; then the next frame paints it, and
 * when the one after begins it has been shown.
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

/** The page's weight, and how long a first visit waits for a map. */
export async function measurePage(subjects: readonly Subject[], browser: BareBrowser, daemon: Daemon, quick: boolean): Promise<Part> {
  const all = subjects.map((subject) => ({ subject, visits: [] as Visit[] }));
  // One visit before, so that the daemon is warm.
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
