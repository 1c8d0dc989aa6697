import { type Browser, chromium, type Page } from '@playwright/test';
import type { Cleanup } from '../cleanup.ts';
import type { Daemon } from '../../daemon.ts';

export const CHROMIUM = '/usr/bin/chromium';
export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
export const VIEWPORT = { width: 1440, height: 900 };
const LOAD_MS = 60_000;

export async function openBrowser(cleanup: Cleanup): Promise<Browser> {
  // We end the browser ourselves: Playwright's handlers would end this process before the rest is cleaned up.
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false });
  cleanup.defer(() => browser.close());
  return browser;
}

/** A blank page with its own session. */
export async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: VIEWPORT, deviceScaleFactor: 1, colorScheme: 'dark' });
  return context.newPage();
}

/** The address of a process's page, with a new key. */
export async function addressOf(daemon: Daemon, pid: number): Promise<string> {
  return `${await daemon.freshLink()}&pid=${pid}`;
}

/** Opens the page of a process, and waits for its map. */
export async function openProcess(page: Page, daemon: Daemon, pid: number): Promise<void> {
  await page.goto(await addressOf(daemon, pid));
  await page.waitForFunction(() => (window.procmapDiagram?.view.lastPage ?? 0) > 0, null, { timeout: LOAD_MS });
}
