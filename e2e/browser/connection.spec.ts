import { pidsOf } from '../bench/roles.ts';
import { Daemon } from '../daemon.ts';
import { expect, test } from './test.ts';
import { Visit } from './visit.ts';

/**
 * The connection: it is restored automatically. After a restart of the daemon a new link is needed, and the page says
 * so.
 */
test.use({ tolerated: /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|40[13]|WebSocket connection/ });

/** The old page asks for a new link: continues at the new address, with its settings. */
async function goOn(visit: Visit, daemon: Daemon): Promise<void> {
  await expect(visit.gate).toHaveAttribute('data-gate', 'restarted');
  await expect(visit.gate).toContainText('procmap was restarted');
  await expect(visit.gate.getByRole('listitem')).toContainText([/^Go to the new address/, /procmap open/]);
  const link = await daemon.freshLink();
  await visit.gate.getByRole('link', { name: 'Go to the new address' }).click();
  await expect(visit.gate).toHaveAttribute('data-gate', 'no_link');
  await visit.page.goto(link);
  await expect(visit.gate).toBeHidden();
  await expect(visit.connection).toHaveAttribute('data-status', 'open');
}

test('a daemon that was killed: the last picture stays, and then the page wants a fresh link', async ({ page, start }) => {
  const known = await start('known');
  const first = await Daemon.start();
  const { port } = first;
  const visit = new Visit(page, first);
  await visit.open(known.pid);
  await visit.choose('Theme', 'Light');
  const count = await visit.mappings();
  await visit.goTo(known.mappings[0]?.start ?? 0);
  await expect.poll(() => new URL(page.url()).hash).toContain('at=0x');
  const { hash } = new URL(page.url());
  await first.stop('SIGKILL');
  await expect(visit.connection).toHaveAttribute('data-status', 'lost');
  await expect(visit.banner).toContainText('Connection lost');
  // The banner takes room from the picture, but the view stays.
  await visit.picture.settled();
  await page.waitForTimeout(700);
  expect(new URL(page.url()).hash).toBe(hash);
  await expect(visit.live).toBeDisabled();
  expect(await visit.mappings()).toBe(count);
  await expect(visit.connection).toHaveText('reconnecting');
  // After a while the banner says more.
  await expect(visit.banner).toContainText('The daemon is gone');
  await expect(visit.banner).toContainText('procmap serve');

  const second = await Daemon.start({ port });
  try {
    await visit.banner.getByRole('button', { name: 'Try now' }).click();
    // A leftover at the address on the way learns only the process id.
    const way = await visit.gate.getByRole('link').getAttribute('href');
    expect(way).toBe(`http://127.0.0.1:${port}/#pid=${known.pid}&set=theme:light`);
    await goOn(visit, second);
    // It continues with the same process and the same view.
    await visit.mapped();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
    await expect(visit.title).toHaveText(`known ${known.pid}`);
    await expect(visit.live).toBeEnabled();
  } finally {
    await second.stop();
  }
});

test('a page that was opened without a daemon says how to start one', async ({ page }) => {
  const daemon = await Daemon.start();
  const link = await daemon.freshLink();
  await page.goto(daemon.origin);
  await daemon.stop();
  await page.evaluate((hash) => (location.hash = hash), new URL(link).hash);
  const visit = new Visit(page, daemon);
  await expect(visit.gate).toHaveAttribute('data-gate', 'unreachable');
  await expect(visit.gate).toContainText('procmap serve');
});

test('a reader that is killed repeatedly: the page stays, and continues by itself', async ({ page, start }) => {
  const known = await start('known');
  const daemon = await Daemon.start();
  try {
    const visit = new Visit(page, daemon);
    await visit.open(known.pid);
    for (let i = 0; i < 3; i++) {
      const count = await visit.mappings();
      process.kill(pidsOf(daemon.pid).reader, 'SIGKILL');
      await known.command('map 3');
      await expect.poll(() => visit.mappings()).toBeGreaterThan(count);
      await expect(visit.connection).toHaveAttribute('data-status', 'open');
      await expect(visit.live).toHaveText(/Live/);
    }
  } finally {
    await page.close();
    await daemon.stop();
  }
});

test('a web process that is killed: no old data looks live, and a fresh link continues', async ({ page, start }) => {
  const known = await start('known');
  const daemon = await Daemon.start();
  try {
    const visit = new Visit(page, daemon);
    await visit.open(known.pid);
    const count = await visit.mappings();
    process.kill(pidsOf(daemon.pid).web, 'SIGKILL');
    // The new daemon does not know the session: the page says so once it is there, and until then that it is unreachable.
    await expect(visit.live.or(visit.gate).first()).toBeVisible();
    await expect.poll(async () => (await visit.gate.isVisible()) || (await visit.live.isDisabled())).toBe(true);
    await known.command('map 3');
    await goOn(visit, daemon);
    await visit.mapped();
    await expect.poll(() => visit.mappings()).toBeGreaterThan(count);
    await expect(visit.live).toHaveText(/Live/);
  } finally {
    await page.close();
    await daemon.stop();
  }
});

test('a page that shares its address with other programs says so', async ({ page }) => {
  const daemon = await Daemon.start({ args: ['--plain-origin'] });
  try {
    expect(daemon.origin).toBe(`http://127.0.0.1:${daemon.port}`);
    const visit = new Visit(page, daemon);
    await visit.open();
    await expect(page.getByTestId('shared-origin')).toContainText('the same address after each start (--plain-origin');
  } finally {
    await page.close();
    await daemon.stop();
  }
});

test('a page that was opened by an address of an earlier start says how to get a link', async ({ page }) => {
  const first = await Daemon.start();
  const { port, origin } = first;
  await first.stop();
  const second = await Daemon.start({ port });
  try {
    await page.goto(`${origin}/#pid=1`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('procmap was restarted');
    expect(await page.content()).not.toContain(new URL(second.origin).hostname);
    await page.getByRole('link', { name: 'Go to the new address' }).click();
    await expect(page).toHaveURL(`${second.origin}/`);
    await expect(page.getByTestId('gate')).toContainText(`open --port=${port}`);
  } finally {
    await page.close();
    await second.stop();
  }
});
