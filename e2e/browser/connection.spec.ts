import { pidsOf } from '../bench/roles.ts';
import { Daemon } from '../daemon.ts';
import { expect, test } from './test.ts';
import { Visit } from './visit.ts';

/** The connection: it comes back by itself; a daemon that went and came again needs a fresh link, and the page says so. */
test.use({ tolerated: /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|401|WebSocket connection/ });

test('a daemon that was killed: the last picture stays, and then the page wants a fresh link', async ({ page, start }) => {
  const known = await start('known');
  const first = await Daemon.start();
  const { port } = first;
  const visit = new Visit(page, first);
  await visit.open(known.pid);
  const count = await visit.mappings();
  await first.stop('SIGKILL');
  await expect(visit.connection).toHaveAttribute('data-status', 'lost');
  await expect(visit.banner).toContainText('Connection lost');
  await expect(visit.live).toBeDisabled();
  expect(await visit.mappings()).toBe(count);
  await expect(visit.connection).toHaveText('reconnecting');
  // After a while there is more to say.
  await expect(visit.banner).toContainText('The daemon is gone');
  await expect(visit.banner).toContainText('procmap serve');

  const second = await Daemon.start({ port });
  try {
    await visit.banner.getByRole('button', { name: 'Try now' }).click();
    await expect(visit.gate).toHaveAttribute('data-gate', 'session_over');
    await expect(visit.gate).toContainText('procmap open');
    await page.goto(await second.freshLink());
    await expect(visit.gate).toBeHidden();
    await expect(visit.connection).toHaveAttribute('data-status', 'open');
    // It goes on with the process that it showed.
    await visit.mapped();
    await expect(visit.title).toHaveText(`known ${known.pid}`);
    await expect(visit.live).toBeEnabled();
  } finally {
    await second.stop();
  }
});

test('a page that was opened while nobody was there says how to start it', async ({ page }) => {
  const daemon = await Daemon.start();
  const link = await daemon.freshLink();
  await page.goto(daemon.origin);
  await daemon.stop();
  await page.evaluate((hash) => (location.hash = hash), new URL(link).hash);
  const visit = new Visit(page, daemon);
  await expect(visit.gate).toHaveAttribute('data-gate', 'unreachable');
  await expect(visit.gate).toContainText('procmap serve');
});

test('a reader that is killed again and again: the page stays, and goes on by itself', async ({ page, start }) => {
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

test('a web process that is killed: nothing old passes for live, and a fresh link goes on', async ({ page, start }) => {
  const known = await start('known');
  const daemon = await Daemon.start();
  try {
    const visit = new Visit(page, daemon);
    await visit.open(known.pid);
    const count = await visit.mappings();
    process.kill(pidsOf(daemon.pid).web, 'SIGKILL');
    // Without its sessions: the page is told so as soon as it is there again, and until then that nobody is.
    await expect(visit.live.or(visit.gate).first()).toBeVisible();
    await expect.poll(async () => (await visit.gate.isVisible()) || (await visit.live.isDisabled())).toBe(true);
    await expect(visit.gate).toHaveAttribute('data-gate', 'session_over');
    await known.command('map 3');
    await page.goto(await daemon.freshLink());
    await expect(visit.gate).toBeHidden();
    await visit.mapped();
    await expect.poll(() => visit.mappings()).toBeGreaterThan(count);
    await expect(visit.live).toHaveText(/Live/);
  } finally {
    await page.close();
    await daemon.stop();
  }
});
