import type { BrowserContextOptions } from '@playwright/test';
import type { Stage } from './stage.ts';

/** A state of the page that a user can meet. Checked as a picture, and by axe. */
export interface Scene {
  readonly name: string;
  readonly context?: BrowserContextOptions;
  /** Brings the page into that state, and waits for it. */
  readonly play: (stage: Stage) => Promise<unknown>;
}

export const NARROW = { viewport: { width: 360, height: 740 }, hasTouch: true } as const;
export const LIGHT = { colorScheme: 'light' } as const;

/** Waits for a text in a banner or in the empty stage. */
export function told({ page }: Stage, words: string): Promise<void> {
  return page.getByText(words).first().waitFor();
}

/** Finds something, goes there, and leaves the search. */
export async function select({ page }: Stage, query: string, title: string): Promise<void> {
  const search = page.getByTestId('search');
  await search.fill(query);
  await search.press('Enter');
  await page.getByTestId('diagram').focus();
  await page
    .getByRole('heading', { level: 3 })
    .filter({ hasText: title })
    .or(page.locator('bdi').filter({ hasText: title }))
    .first()
    .waitFor();
}
