import type { Browser, Page } from '@playwright/test';
import { newPage, openProcess } from './browser.ts';
import type { Daemon } from '../../daemon.ts';
import { atMost, type Measure, type Part } from '../measure.ts';
import { median, p95 } from '../stats.ts';
import { LARGE, MILLION, nearest, type Subject, THOUSAND } from '../subject.ts';
import { count, digits, textTable } from '../table.ts';
import { type Frame, layOutAnew, zoomInAndOut, zoomLive } from './zoom.ts';

interface Pictured {
  readonly subject: Subject;
  readonly rows: number;
  readonly page: Page;
  /** A list of frames for each zoom in and out. */
  readonly passes: Frame[][];
  anewMs: number[];
  liveMs: number[];
}

/** Measures frames of the diagram of each process, taking turns. */
export async function measureFrames(subjects: readonly Subject[], browser: Browser, daemon: Daemon, quick: boolean): Promise<Part> {
  const all: Pictured[] = [];
  for (const subject of subjects) {
    const page = await newPage(browser);
    await openProcess(page, daemon, subject.pid);
    const anewMs = await layOutAnew(page, 5, () => subject.fixture.command('mutate'));
    // From here on, no updates come.
    await page.keyboard.press('Space');
    all.push({ subject, rows: subject.rows, page, passes: [], anewMs, liveMs: [] });
  }
  for (let pass = 0; pass < (quick ? 4 : 9); pass++) {
    for (const { page, subject, passes } of pass % 2 === 0 ? all : all.toReversed()) {
      const frames = await zoomInAndOut(page, subject.middlePage);
      // The first pass still compiles code.
      if (pass > 0) passes.push(frames);
    }
  }
  for (const each of all) {
    each.liveMs = await zoomLive(each.page, each.subject.middlePage);
    await each.page.context().close();
  }
  return { measures: measuresOf(all), text: describe(all) };
}

/** The median of each step over all passes, so that disturbances by the machine in single passes do not count. */
function steps(passes: readonly (readonly Frame[])[], part: keyof Frame): number[] {
  return (passes[0] ?? []).map((_, step) => median(passes.map((pass) => pass[step]?.[part] ?? NaN)));
}

function measuresOf(all: readonly Pictured[]): Measure[] {
  const [thousand, large, million] = [THOUSAND, LARGE, MILLION].map((rows) => nearest(all, rows));
  const measures: Measure[] = [];
  const frameMs = ({ passes }: Pictured): number => p95(steps(passes, 'rasterMs'));
  if (large !== undefined) measures.push(atMost(`frame at ${count(large.rows)} mappings, 95th percentile`, frameMs(large), 12, 'ms'));
  if (thousand !== undefined && million !== undefined)
    measures.push(atMost(`frame at ${count(million.rows)} / at ${count(thousand.rows)}, 95th percentiles`, frameMs(million) / frameMs(thousand), 1.5, 'times'));
  return measures;
}

function describe(all: readonly Pictured[]): string {
  const table = textTable([
    ['mappings', 'frames', 'paint', 'p95', 'with raster', 'p95', 'p95 of all', 'worst', 'new map', 'frame to frame', 'p95'],
    ...all.map(({ rows, passes, anewMs, liveMs }) => {
      const everything = passes.flat().map(({ rasterMs }) => rasterMs);
      const paint = steps(passes, 'paintMs');
      const raster = steps(passes, 'rasterMs');
      return [
        count(rows),
        count(everything.length),
        ...[median(paint), p95(paint), median(raster), p95(raster), p95(everything), Math.max(...everything), median(anewMs), median(liveMs), p95(liveMs)].map(
          digits,
        ),
      ];
    }),
  ]);
  return `Frames (ms): headless Chromium, software rendering, 1440 x 900, a zoom from fit to one page and back. "paint": from the change of the camera to the last
call of the canvas, "with raster": until it is rastered; each step of the way by its median of ${all[0]?.passes.length ?? 0} passes, but "of all". "new map": laid out anew and
painted. "frame to frame": the same zoom at the browser's own pace.\n\n${table}`;
}
