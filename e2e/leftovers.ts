import { Daemon } from './daemon.ts';
import { keyOf } from './http.ts';
import { type Browser, Predecessor, type Trick } from './predecessor.ts';

export interface Leftovers {
  /** All that was told by what stayed in the browser. */
  readonly seen: string;
  /** What it should not have been told. */
  readonly key: string;
  readonly pageName: string;
}

/**
 * The browser opens what another program serves at a port; then procmap has that port, and the same browser opens its link, and two old ones without a key.
 * `opened` is done when procmap's page has its session.
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
      // A script is loaded by procmap's own page only, which is elsewhere.
      if (trick !== 'asset') await predecessor.hears(`done ${name} #pid=`);
    }
    return { seen: predecessor.seen.join('\n'), key: keyOf(daemon.link), pageName: new URL(daemon.origin).hostname };
  } finally {
    await daemon?.stop();
    predecessor.stop();
  }
}

/** The same where procmap's page has no name of its own: what stayed gets the key. Done when it was told. */
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
