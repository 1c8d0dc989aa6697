import type { Page } from '@playwright/test';
import type {} from '../../../web/src/globals.d.ts';

/** What went on in a page while it was recorded. */
export interface Recording {
  /** Each animation frame of the page, ms: with what its calls then make the rasterizer do. */
  readonly frames: readonly number[];
  /** From each frame to the next, ms, as long as something moved. */
  readonly intervals: readonly number[];
  /** Animation frames from an input until the first that shows another view. */
  readonly inputFrames: readonly number[];
  /** Tasks of 50 ms and more, which no frame can pass: ms of each. */
  readonly longTasks: readonly number[];
}

declare global {
  interface Window {
    /** Ends a recording. */
    procmapRecorded?: () => Recording;
  }
}

/** More between two frames is rest: nothing asked for one. */
const REST_MS = 1000;

/** Begins to record. Reading one pixel of each canvas back makes it raster at once what it was told to, which in software is most of a frame. */
export async function record(page: Page): Promise<void> {
  await page.evaluate((restMs) => {
    const native = window.requestAnimationFrame.bind(window);
    const frames: number[] = [];
    const intervals: number[] = [];
    const inputFrames: number[] = [];
    const longTasks: number[] = [];
    const contexts = [...document.querySelectorAll<HTMLCanvasElement>('canvas[data-testid]')].map((canvas) => canvas.getContext('2d'));
    const camera = (): unknown => window.procmapDiagram?.view.camera;
    let last = 0;
    window.requestAnimationFrame = (callback) =>
      native((now) => {
        const begin = performance.now();
        callback(now);
        for (const context of contexts) context?.getImageData(0, 0, 1, 1);
        frames.push(performance.now() - begin);
        if (last > 0 && now > last && now - last < restMs) intervals.push(now - last);
        last = now;
      });
    // Frames are counted by a chain of their own, which costs next to nothing.
    let waiting: { before: unknown; count: number } | null = null;
    let isRunning = true;
    const count = (): void => {
      if (waiting !== null) {
        waiting.count++;
        if (camera() !== waiting.before) inputFrames.push(waiting.count);
        // Not every input changes what is seen.
        if (camera() !== waiting.before || waiting.count > 30) waiting = null;
      }
      if (isRunning) native(count);
    };
    native(count);
    const onInput = (): void => {
      waiting ??= { before: camera(), count: 0 };
    };
    const inputs = ['wheel', 'keydown'] as const;
    for (const type of inputs) addEventListener(type, onInput, { capture: true, passive: true });
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasks.push(duration);
    });
    observer.observe({ type: 'longtask' });
    window.procmapRecorded = () => {
      isRunning = false;
      window.requestAnimationFrame = native;
      for (const type of inputs) removeEventListener(type, onInput, { capture: true });
      for (const { duration } of observer.takeRecords()) longTasks.push(duration);
      observer.disconnect();
      return { frames, intervals, inputFrames, longTasks };
    };
  }, REST_MS);
}

/** Ends it, and gives what was recorded. */
export function recorded(page: Page): Promise<Recording> {
  return page.evaluate(() => {
    const stop = window.procmapRecorded;
    if (stop === undefined) throw new Error('nothing is being recorded');
    delete window.procmapRecorded;
    return stop();
  });
}
