import type { Page } from '@playwright/test';
import type {} from '../../../web/src/globals.d.ts';

/** Events in a page while it was recorded. */
export interface Recording {
  /** Duration of each animation frame in ms, including the rasterizer's work for its calls. */
  readonly frames: readonly number[];
  /** Time between frames during movements, in ms. */
  readonly intervals: readonly number[];
  /** Animation frames from an input to the first that shows another view. */
  readonly inputFrames: readonly number[];
  /** Tasks of 50 ms and more, which delay frames, in ms. */
  readonly longTasks: readonly number[];
}

declare global {
  interface Window {
    /** Ends a recording. */
    procmapRecorded?: () => Recording;
  }
}

/** A longer time between two frames is a pause: none was requested. */
const REST_MS = 1000;

/**
 * Starts a recording. Reading back one pixel of each canvas makes it rasterize at once, which in software is most of a
 * frame.
 */
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
    // A separate chain of callbacks counts frames; it costs almost nothing.
    let waiting: { before: unknown; count: number } | null = null;
    let isRunning = true;
    const count = (): void => {
      if (waiting !== null) {
        waiting.count++;
        if (camera() !== waiting.before) inputFrames.push(waiting.count);
        // Not every input changes the view.
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

/** Ends the recording and returns it. */
export function recorded(page: Page): Promise<Recording> {
  return page.evaluate(() => {
    const stop = window.procmapRecorded;
    if (stop === undefined) throw new Error('nothing is being recorded');
    delete window.procmapRecorded;
    return stop();
  });
}
