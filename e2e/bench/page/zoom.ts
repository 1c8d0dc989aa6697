import type { Page } from '@playwright/test';
import type {} from '../../../web/src/globals.d.ts';

/**
 * Duration of a frame in ms: layout and level of detail up to the last canvas call, then also with the rasterizer's
 * work for these calls.
 */
export interface Frame {
  readonly paintMs: number;
  readonly rasterMs: number;
}

/** About one notch of a mouse wheel. */
const FACTOR = 1.25;
/** Far more than any zoom needs. */
const MAX_STEPS = 400;

/**
 * Zooms a page's diagram from fit to a page of memory and back, frame by frame, by the diagram's own methods. Runs the
 * page's animation frames itself, so that a frame's time excludes the browser's own work. Reading back one pixel of
 * each canvas makes it rasterize at once, which in software is most of a frame.
 */
export function zoomInAndOut(page: Page, aroundPage: number): Promise<Frame[]> {
  return page.evaluate(
    async ({ around, factor, most }) => {
      const diagram = window.procmapDiagram;
      if (diagram === undefined) throw new Error('the page has no diagram');
      const contexts = [...document.querySelectorAll<HTMLCanvasElement>('canvas[data-testid]')].map((canvas) => canvas.getContext('2d'));
      const animate = window.requestAnimationFrame.bind(window);
      const due: FrameRequestCallback[] = [];
      window.requestAnimationFrame = (callback) => due.push(callback);
      const frames: Frame[] = [];
      const frame = async (change: () => void): Promise<void> => {
        const begin = performance.now();
        change();
        for (const callback of due.splice(0)) callback(begin);
        const paintMs = performance.now() - begin;
        for (const context of contexts) context?.getImageData(0, 0, 1, 1);
        frames.push({ paintMs, rasterMs: performance.now() - begin });
        // Texts of the page that follow the view do not count as part of the frame.
        await new Promise((resolve) => setTimeout(resolve));
      };
      const zoom = (by: number) => (): void => diagram.moves.zoomAt(diagram.yOf(around), by);
      try {
        diagram.moves.fit(false);
        for (let scale = 0; frames.length < most && scale !== diagram.view.camera.scale;) {
          scale = diagram.view.camera.scale;
          await frame(zoom(factor));
        }
        while (frames.length < 2 * most && !diagram.view.atFit) await frame(zoom(1 / factor));
        return frames;
      } finally {
        window.requestAnimationFrame = animate;
      }
    },
    { around: aroundPage, factor: FACTOR, most: MAX_STEPS },
  );
}

/** The same zoom at the browser's own pace: time between frames in ms. */
export function zoomLive(page: Page, aroundPage: number): Promise<number[]> {
  return page.evaluate(
    async ({ around, factor, most }) => {
      const diagram = window.procmapDiagram;
      if (diagram === undefined) throw new Error('the page has no diagram');
      const times: number[] = [];
      const next = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
      const step = async (by: number): Promise<void> => {
        diagram.moves.zoomAt(diagram.yOf(around), by);
        times.push(await next());
      };
      diagram.moves.fit(false);
      for (let scale = 0; times.length < most && scale !== diagram.view.camera.scale;) {
        scale = diagram.view.camera.scale;
        await step(factor);
      }
      while (times.length < 2 * most && !diagram.view.atFit) await step(1 / factor);
      return times.slice(1).map((time, i) => time - (times[i] ?? 0));
    },
    { around: aroundPage, factor: FACTOR, most: MAX_STEPS },
  );
}

/**
 * Measures layout and painting of the next map that the diagram gets, repeated `times` times; ms of each. `provoke`
 * makes such a map come.
 */
export async function layOutAnew(page: Page, times: number, provoke: () => Promise<unknown>): Promise<number[]> {
  const result = page.evaluate(
    (repeats) =>
      new Promise<number[]>((resolve, reject) => {
        const diagram = window.procmapDiagram;
        if (diagram === undefined) throw new Error('the page has no diagram');
        const context = document.querySelector<HTMLCanvasElement>('canvas[data-testid=diagram]')?.getContext('2d');
        const give = diagram.setMap.bind(diagram);
        diagram.setMap = (map, classes, resident) => {
          diagram.setMap = give;
          const animate = window.requestAnimationFrame.bind(window);
          const due: FrameRequestCallback[] = [];
          window.requestAnimationFrame = (callback) => due.push(callback);
          try {
            // Earlier requests are painted by their own frame.
            give(map, classes, resident, false);
            resolve(
              Array.from({ length: repeats }, () => {
                const begin = performance.now();
                // A new object: the same one would count as the same map with other colours.
                give(map === null ? null : { ...map }, classes, resident, false);
                for (const callback of due.splice(0)) callback(begin);
                context?.getImageData(0, 0, 1, 1);
                return performance.now() - begin;
              }),
            );
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          } finally {
            window.requestAnimationFrame = animate;
          }
        };
      }),
    times,
  );
  await provoke();
  return result;
}
