import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Daemon } from '../daemon.ts';
import { expect, test } from './test.ts';
import { Visit } from './visit.ts';

/** Live: the page shows the current state of the process, or says since when it does not, and why. */
test('a paused or hidden page gets no updates, and catches up', async ({ visit, start, browser, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  // Another viewer, to know when the daemon has looked at the process.
  const context = await browser.newContext();
  const other = new Visit(await context.newPage(), daemon);
  await other.open(known.pid);
  for (const [leave, come] of [
    [() => visit.live.click(), () => visit.page.keyboard.press('Space')],
    [() => visit.see('hidden'), () => visit.see('visible')],
  ] as const) {
    const count = await visit.mappings();
    await leave();
    // A look under way still arrives; after that, nothing does.
    await other.stream.moreLooks(1);
    const looks = visit.stream.looks.length;
    await known.command('map 5');
    await expect.poll(() => other.mappings()).toBeGreaterThan(count);
    expect(await visit.mappings()).toBe(count);
    expect(visit.stream.looks.length).toBe(looks);
    await come();
    await expect.poll(() => visit.mappings()).toBeGreaterThan(count);
    await expect(visit.live).toHaveText(/Live/);
  }
  await context.close();
});

test('the rate is chosen, kept, and held', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  await visit.choose('Rate: 1 Hz', '10 times a second');
  await expect(visit.page.getByTestId('rate')).toHaveText('10 Hz');
  const before = visit.stream.looks.length;
  await visit.stream.moreLooks(8);
  const times = visit.stream
    .of('tick')
    .slice(-6)
    .map(({ takenAt }) => Number(takenAt));
  // On a busy machine, it only must be faster than once a second.
  expect(((times.at(-1) ?? 0) - (times[0] ?? 0)) / (times.length - 1)).toBeLessThan(600);
  expect(visit.stream.looks.length).toBeGreaterThan(before);
  await visit.page.reload();
  await visit.mapped();
  await expect(visit.page.getByTestId('rate')).toHaveText('10 Hz');
});

test('the rate is the daemon’s until one is chosen', async ({ page, start }) => {
  const known = await start('known');
  const daemon = await Daemon.start({ args: ['--rate=2'] });
  const visit = new Visit(page, daemon);
  await visit.open(known.pid);
  await expect(page.getByTestId('rate')).toHaveText('2 Hz');
  await expect.poll(() => visit.stream.of('rate').at(-1)).toMatchObject({ askedHz: 2 });
  // Close it before its daemon ends, since a page complains when it cannot connect.
  await page.close();
  await daemon.stop();
});

test('an exit leaves the last map, and says so', { tag: '@main' }, async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const count = await visit.mappings();
  await known.stop();
  await expect(visit.banner).toContainText(/The process has ended at \d\d:\d\d:\d\d\./);
  await expect(visit.banner).toContainText(`Process ${known.pid} has exited. This is its last map.`);
  await expect(visit.picture.canvas).toHaveClass(/dimmed/);
  await expect(visit.live).toBeDisabled();
  expect(await visit.mappings()).toBe(count);
  // It can still be looked at.
  const { x, y } = await visit.picture.pointAt(await visit.picture.middleOf(0, 1));
  await visit.page.mouse.move(x, y);
  await expect(visit.title).toHaveText('NULL trap');
});

test('an ended process keeps its description', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const facts = visit.inspector.locator('dl').first();
  await expect(facts).toContainText('1 thread');
  await known.stop();
  await expect(visit.banner).toBeVisible();
  // The next list is without it.
  const lists = visit.stream.of('processes').length;
  await expect.poll(() => visit.stream.of('processes').length).toBeGreaterThan(lists + 1);
  await expect(facts).toContainText('ended');
  await expect(facts).toContainText('1 thread');
});

test('an exec is seen: the next program’s map and name are there', async ({ visit }) => {
  const shell = spawn('sh', ['-c', 'echo up; read line; exec sleep 1000'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(createInterface({ input: shell.stdout }), 'line');
    await visit.open(shell.pid);
    await expect(visit.title).toHaveText(`sh ${shell.pid}`);
    shell.stdin.write('\n');
    await expect(visit.title).toHaveText(`sleep ${shell.pid}`);
    await expect(visit.page).toHaveTitle(`sleep ${shell.pid} · procmap`);
    await visit.search.fill('bin/sleep');
    await expect(visit.verdict).toHaveText('5');
    await visit.search.fill('bin/dash');
    await expect(visit.verdict).toHaveText('no match');
  } finally {
    shell.kill('SIGKILL');
  }
});

test('another process in the address bar is another process on the page', async ({ visit, start }) => {
  const [first, second] = [await start('known'), await start('known')];
  await visit.open(first.pid);
  await visit.goTo(first.mappings[0]?.start ?? 0);
  await expect(visit.inspector).toHaveAttribute('data-mode', 'pinned');
  await visit.search.fill('libc');
  await visit.page.evaluate((pid) => (location.hash = `pid=${pid}`), second.pid);
  await expect(visit.page).toHaveTitle(`known ${second.pid} · procmap`);
  await expect(visit.title).toHaveText(`known ${second.pid}`);
  await expect(visit.search).toHaveValue('');
});

test('a look that costs too much slows itself down, and says so', async ({ visit, start }) => {
  const many = await start('many', '65000');
  await visit.open(many.pid);
  await visit.choose('Rate: 1 Hz', '10 times a second');
  await expect(visit.status).toContainText(/slowed to [0-9.]+ Hz: an update would take [0-9]+ % of a core/);
  // A cheap rate is kept exactly.
  await visit.choose('Rate: 10 Hz', 'Every 5 seconds');
  await expect(visit.status).not.toContainText('slowed');
});
