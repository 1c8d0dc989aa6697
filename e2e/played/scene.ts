import type { BrowserContextOptions } from '@playwright/test';
import type { Stage } from './stage.ts';

/** A state of the page that a person can meet: looked at as a picture, and by axe. */
export interface Scene {
  readonly name: string;
  readonly context?: BrowserContextOptions;
  /** Brings the page there, and waits until it is. */
  readonly play: (stage: Stage) => Promise<unknown>;
}

export const NARROW = { viewport: { width: 360, height: 740 }, hasTouch: true } as const;
export const LIGHT = { colorScheme: 'light' } as const;

/** Waits for the words of a banner or of the empty stage. */
export function told({ page }: Stage, words: string): Promise<void> {
  return page.getByText(words).first().waitFor();
}
