import { Daemon } from './daemon.ts';
import { keyOf } from './http.ts';
import { type Browser, Predecessor, type Trick } from './predecessor.ts';

export interface Leftovers {
  /** Everything that the leftovers reported. */
  readonly seen: string;
  /** Secrets that they must not report. */
  readonly key: string;
  readonly pageName: string;
}

/**
 * A browser opens another program's page at a port. Then procmap takes that port, and the same browser opens its link,
 * and two old links without a key. `opened`: resolves when procmap's page has its session.
 */
export async function leaveBehind(trick: Trick, browser: Browser, opened: () => Promise<void>): Promise<Leftovers> {
  const predecessor = await Predecessor.start(trick);
  let daemon: Daemon | null = null;
  try {
    await predecessor.visitedBy(browser);
    predecessor.seen.length = 0;
    daemon = await Daemon.start({ port: predecessor.port });
    await browser.goto(daemon.link);
    await opened();
    for (const name of ['127.0.0.1', 'localhost']) {
      await browser.goto(`http://${name}:${predecessor.port}/#pid=${process.pid}`);
      // Only procmap's own page, which is elsewhere, loads that script.
      if (trick !== 'asset') await predecessor.hears(`done ${name} #pid=`);
    }
    return { seen: predecessor.seen.join('\n'), key: keyOf(daemon.link), pageName: new URL(daemon.origin).hostname };
  } finally {
    await daemon?.stop();
    predecessor.stop();
  }
}

/**
 * Like leaveBehind(), for a procmap page without its own name: the leftovers get the key. Resolves when they have
 * reported it.
 */
export async function leaveBehindPlainly(trick: Trick, browser: Browser): Promise<void> {
  const predecessor = await Predecessor.start(trick);
  let daemon: Daemon | null = null;
  try {
    await predecessor.visitedBy(browser);
    daemon = await Daemon.start({ port: predecessor.port, args: ['--plain-origin'] });
    await browser.goto(daemon.link).catch(() => undefined);
    await predecessor.hears(`at ${daemon.link}`);
  } finally {
    await daemon?.stop();
    predecessor.stop();
  }
}
