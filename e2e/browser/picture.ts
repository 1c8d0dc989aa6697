import type { Page } from '@playwright/test';
import type {} from '../../web/src/globals.d.ts';

/** The visible part of the diagram. */
export interface View {
  readonly firstPage: number;
  readonly lastPage: number;
  readonly pixelsPerPage: number;
  readonly atFit: boolean;
}

/**
 * The painted diagram: places and colours. Heights are CSS px from the top of the canvas, pages are addresses / 4096.
 */
export class Picture {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get canvas() {
    return this.#page.getByTestId('diagram');
  }

  /** Waits until nothing moves any more. */
  async settled(): Promise<void> {
    await this.#page.evaluate(async () => {
      let last = '';
      for (let still = 0; still < 4;) {
        await new Promise(requestAnimationFrame);
        const now = JSON.stringify(window.procmapDiagram?.view);
        still = now === last ? still + 1 : 0;
        last = now;
      }
    });
  }

  view(): Promise<View> {
    return this.#page.evaluate(() => {
      if (window.procmapDiagram === undefined) throw new Error('there is no diagram');
      const { firstPage, lastPage, pixelsPerPage, atFit } = window.procmapDiagram.view;
      return { firstPage, lastPage, pixelsPerPage, atFit };
    });
  }

  /** Height of a page's first byte: its lower edge. */
  yOf(page: number): Promise<number> {
    return this.#page.evaluate((at) => window.procmapDiagram?.yOf(at) ?? NaN, page);
  }

  pageAt(y: number): Promise<number> {
    return this.#page.evaluate((at) => window.procmapDiagram?.pageAt(at)?.page ?? NaN, y);
  }

  middleOf(start: number, end: number): Promise<number> {
    return this.within(start, end, 0.5);
  }

  /**
   * A height within [start, end) pages, as a share from above, in whole px like a mouse. Avoids labels, which are in
   * the middle, and page lines at halves and quarters.
   */
  async within(start: number, end: number, share = 0.37): Promise<number> {
    const top = await this.yOf(end);
    return Math.round(top + share * ((await this.yOf(start)) - top));
  }

  /** Position for the mouse at a height, right of the labels. */
  async pointAt(y: number): Promise<{ x: number; y: number }> {
    const box = await this.canvas.boundingBox();
    if (box === null) throw new Error('there is no canvas');
    return { x: box.x + box.width * 0.6, y: box.y + y };
  }

  async height(): Promise<number> {
    return (await this.canvas.boundingBox())?.height ?? NaN;
  }

  /** Colours of the row of pixels at a height, `#rrggbb`, from left to right. */
  row(y: number): Promise<string[]> {
    return this.#page.evaluate((at) => {
      const canvas = document.querySelector<HTMLCanvasElement>('[data-testid="diagram"]');
      // Reads a copy, since reading the canvas itself would change how it is painted.
      const copy = document.createElement('canvas');
      const pen = copy.getContext('2d', { willReadFrequently: true });
      if (!canvas || !pen) throw new Error('there is no canvas');
      copy.width = canvas.width;
      copy.height = 1;
      pen.drawImage(canvas, 0, -Math.round(at * (canvas.height / canvas.clientHeight)));
      const { data } = pen.getImageData(0, 0, canvas.width, 1);
      return Array.from(
        { length: canvas.width },
        (_, x) => `#${[...data.subarray(4 * x, 4 * x + 3)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
      );
    }, y);
  }

  /** How many pixels of that row have exactly this colour. */
  async count(y: number, colour: string): Promise<number> {
    return (await this.row(y)).filter((pixel) => pixel === colour).length;
  }

  /** A colour of the current theme, such as `kind-anon`, as `#rrggbb`. */
  colour(token: string): Promise<string> {
    return this.#page.evaluate((name) => {
      const pen = document.createElement('canvas').getContext('2d');
      if (pen === null) throw new Error('there is no canvas');
      pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
      return pen.fillStyle;
    }, token);
  }
}
