import { expect, type Locator, type Page } from '@playwright/test';
import type { Daemon } from '../daemon.ts';
import { Picture } from './picture.ts';
import { Stream } from './stream.ts';

export const PAGE_BYTES = 4096;

/** `0x` and 16 digits, as the page writes an address. */
export function hex(bytes: number): string {
  return `0x${bytes.toString(16).padStart(16, '0')}`;
}

/** A user who opens the page and uses it. */
export class Visit {
  readonly page: Page;
  readonly picture: Picture;
  readonly stream: Stream;
  readonly #daemon: Daemon;

  constructor(page: Page, daemon: Daemon) {
    this.page = page;
    this.#daemon = daemon;
    this.picture = new Picture(page);
    this.stream = new Stream(page);
  }

  /** A fresh link; with `pid`, one that leads straight to that process. */
  async link(pid?: number): Promise<string> {
    return (await this.#daemon.freshLink()) + (pid === undefined ? '' : `&pid=${pid}`);
  }

  /** Opens the page; with `pid`, waits for the map. */
  async open(pid?: number): Promise<void> {
    await this.page.goto(await this.link(pid));
    await expect(this.connection).toHaveAttribute('data-status', 'open');
    if (pid !== undefined) await this.mapped();
  }

  /** Waits until there is a map, and the picture no longer moves. */
  async mapped(): Promise<void> {
    await this.page.waitForFunction(() => (window.procmapDiagram?.view.lastPage ?? 0) > 0);
    await this.picture.settled();
  }

  /** Tells the page whether it is visible, since a headless browser shows every page. */
  see(state: 'hidden' | 'visible'): Promise<void> {
    return this.page.evaluate((is) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: is });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  }

  get status(): Locator {
    return this.page.getByTestId('status');
  }
  get connection(): Locator {
    return this.page.getByTestId('connection');
  }
  get banner(): Locator {
    return this.page.getByTestId('banner');
  }
  /** The placeholder for the diagram, with the reason if there is none. */
  get empty(): Locator {
    return this.page.getByTestId('empty');
  }
  get gate(): Locator {
    return this.page.getByTestId('gate');
  }
  get inspector(): Locator {
    return this.page.getByTestId('inspector');
  }
  /** Name of what the inspector describes. */
  get title(): Locator {
    return this.inspector.getByRole('heading', { level: 3 });
  }
  /** A field of the inspector: start, end, size, perms, spot, file-offset. */
  fact(name: string): Locator {
    return this.page.getByTestId(`inspector-${name}`);
  }
  get search(): Locator {
    return this.page.getByTestId('search');
  }
  /** The search's count of hits. */
  get verdict(): Locator {
    return this.page.locator('#search-verdict');
  }
  /** The search's answer for an address or a range. */
  get answer(): Locator {
    return this.page.locator('#search-answer');
  }
  /** A line of the statistics. */
  figure(id: string): Locator {
    return this.page.locator(`[data-figure="${id}"]`);
  }
  get picker(): Locator {
    return this.page.getByTestId('process-picker');
  }
  row(pid: number): Locator {
    return this.picker.locator(`[data-pid="${pid}"]`);
  }
  get live(): Locator {
    return this.page.getByTestId('live');
  }

  /** Number of mappings in the status line. */
  async mappings(): Promise<number> {
    const text = await this.status.locator('[data-item="mappings"]').innerText();
    return Number(text.replace(/[^0-9]/g, ''));
  }

  /** Goes to an address by the search box, which selects its region and zooms to it. */
  async goTo(address: number): Promise<void> {
    await this.search.fill(hex(address));
    await this.search.press('Enter');
    await this.picture.settled();
    // Leaves the search, and the picture, which outlines the region under the mouse.
    await this.search.press('Escape');
    await this.search.press('Escape');
    await expect(this.search).not.toBeFocused();
    await this.page.mouse.move(1, 1);
    await this.picture.settled();
  }

  async choose(menu: string, option: string): Promise<void> {
    await this.page.getByRole('button', { name: menu }).click();
    await this.page
      .getByRole('menu', { name: menu.replace(/:.*/, '') })
      .getByText(option, { exact: true })
      .click();
  }
}
