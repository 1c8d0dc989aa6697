import { type Request, test as base } from '@playwright/test';
import { isPageName } from '../../server/src/common/page-name.ts';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture, type Program } from '../fixtures/fixture.ts';
import { Visit } from './visit.ts';

export { expect } from '@playwright/test';

interface TestFixtures {
  /** Errors that a test expects; they do not count as complaints. */
  readonly tolerated: RegExp | null;
  /** Everything that no page should cause: errors on the console, exceptions, requests to other hosts. */
  readonly complaints: string[];
  readonly visit: Visit;
  /** The page reads figures by itself when a map stands still. */
  readonly readsFigures: boolean;
  /** Starts one of the C fixtures, and ends it with the test. */
  readonly start: (program: Program, ...args: string[]) => Promise<Fixture>;
}

interface WorkerFixtures {
  /** Starts one of e2e/fixtures, all of which are built by then. */
  readonly starter: typeof Fixture.start;
  readonly daemon: Daemon;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  starter: [
    async ({}, use) => {
      buildFixtures();
      await use((program, ...args) => Fixture.start(program, ...args));
    },
    { scope: 'worker' },
  ],
  daemon: [
    async ({}, use) => {
      const daemon = await Daemon.start();
      await use(daemon);
      await daemon.stop();
    },
    { scope: 'worker' },
  ],
  tolerated: [null, { option: true }],
  readsFigures: [false, { option: true }],
  complaints: [
    async ({ context, tolerated }, use) => {
      const complaints: string[] = [];
      context.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
      });
      context.on('weberror', (error) => complaints.push(`exception: ${error.error().message}`));
      const note = (request: Request): void => {
        const { protocol, hostname } = new URL(request.url());
        const isOwn = ['blob:', 'data:'].includes(protocol) || hostname === '127.0.0.1' || hostname === 'localhost' || isPageName(hostname);
        // Requests stopped by the page's own policy have not left the browser.
        if (!isOwn && request.failure()?.errorText !== 'csp') complaints.push(`request to ${request.url()}`);
      };
      context.on('requestfinished', note);
      context.on('requestfailed', note);
      await use(complaints);
      base.expect(complaints.filter((complaint) => tolerated?.test(complaint) !== true)).toEqual([]);
    },
    { auto: true },
  ],
  visit: async ({ page, daemon, readsFigures }, use) => {
    // Else figures would come in the middle of a test that is about something else.
    if (!readsFigures)
      await page.addInitScript(() => {
        // about:blank has no storage.
        if (location.protocol.startsWith('http')) localStorage.setItem('procmap.auto-figures', 'no');
      });
    await use(new Visit(page, daemon));
  },
  start: async ({ starter, context }, use, { errors }) => {
    const started: Fixture[] = [];
    await use(async (program, ...args) => {
      const fixture = await starter(program, ...args);
      started.push(fixture);
      return fixture;
    });
    // Requests at the end of a test would get 404, which counts as a complaint. A failed test still takes a picture.
    if (errors.length === 0) for (const page of context.pages()) await page.goto('about:blank').catch(() => undefined);
    for (const fixture of started) await fixture.stop();
  },
});
