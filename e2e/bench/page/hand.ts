import type { Page } from '@playwright/test';
import type {} from '../../../web/src/globals.d.ts';

/** A user's actions on the picture, by real input. */
export class Hand {
  readonly #page: Page;
  /** Position of the pointer over the picture, and its height. */
  #x = 0;
  #y = 0;
  #height = 0;
  #overviewX = 0;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Points at a page of the process, or as near as the picture allows. */
  async reach(page: number): Promise<void> {
    const box = await this.#page.getByTestId('diagram').boundingBox();
    const strip = await this.#page.getByTestId('overview').boundingBox();
    if (box === null || strip === null) throw new Error('the page has no diagram');
    const y = await this.#page.evaluate((at) => window.procmapDiagram?.yOf(at) ?? NaN, page);
    this.#x = box.x + box.width * 0.6;
    this.#y = box.y + Math.min(box.height - 20, Math.max(20, y));
    this.#height = box.height;
    this.#overviewX = strip.x + strip.width / 2;
    await this.#page.mouse.move(this.#x, this.#y);
  }

  async wheel(notches: number, px: number): Promise<void> {
    for (let i = 0; i < notches; i++) {
      await this.#page.mouse.wheel(0, px);
      await this.#page.waitForTimeout(40);
    }
  }

  /** Drags, and releases during the movement. */
  async throw(px: number): Promise<void> {
    await this.#drag(this.#x, this.#y, px, 12);
  }

  async hold(key: string, ms: number): Promise<void> {
    await this.#page.keyboard.down(key);
    await this.#page.waitForTimeout(ms);
    await this.#page.keyboard.up(key);
  }

  async pinch(steps: number): Promise<void> {
    await this.#page.keyboard.down('Control');
    for (let i = 0; i < steps; i++) await this.#page.mouse.wheel(0, -6);
    await this.#page.keyboard.up('Control');
  }

  /** Drags on the overview strip. */
  async drive(): Promise<void> {
    await this.#drag(this.#overviewX, this.#y - this.#height / 4, (this.#height * 3) / 8, 15);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await this.#page.keyboard.press(key);
      await this.#page.waitForTimeout(60);
    }
  }

  async doubleClick(): Promise<void> {
    await this.#page.mouse.dblclick(this.#x, this.#y);
  }

  async #drag(x: number, y: number, px: number, steps: number): Promise<void> {
    await this.#page.mouse.move(x, y);
    await this.#page.mouse.down();
    for (let i = 1; i <= steps; i++) await this.#page.mouse.move(x, y + (px * i) / steps);
    await this.#page.mouse.up();
    await this.#page.mouse.move(this.#x, this.#y);
  }
}
