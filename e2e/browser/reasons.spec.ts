import { FakeProc, mapsLine } from '../../server/test/fake-proc.ts';
import { Daemon } from '../daemon.ts';
import { Tree } from '../tree.ts';
import { expect, test } from './test.ts';
import { Visit } from './visit.ts';

/** A process without a map to show: the page says why, and what to do. */
test('a zombie, a kernel thread, and one that is not there', { tag: '@main' }, async ({ visit, start, daemon }) => {
  const [parent = '', child = ''] = (await start('zombie')).ready;
  await visit.page.goto(await visit.link(Number(child)));
  await expect(visit.empty).toContainText('This process is a zombie');
  await expect(visit.empty).toContainText(`Process ${child} (zombie) is a zombie: it has ended, and its parent ${parent} has not collected it yet.`);
  await expect(visit.empty).toContainText('Pick another process.');

  await visit.page.evaluate(() => (location.hash = 'pid=4194303'));
  await expect(visit.empty).toContainText('No such process');
  await expect(visit.empty).toContainText('There is no process 4194303. It may have ended a moment ago, or the process ID is mistyped. Pick another one.');

  await visit.page.evaluate(() => (location.hash = 'pid=99999999'));
  await expect(visit.empty).toContainText('No such process');
  await expect(visit.empty).toContainText('There is no process 99999999: the largest process id is 4194304. Pick another one.');

  // A separate PID namespace has no kernel threads.
  const thread = (await daemon.json<{ pid: number; comm: string; kernel_thread: boolean }[]>('/api/processes')).find(({ kernel_thread }) => kernel_thread);
  if (thread === undefined) return;
  await visit.picker.getByRole('switch').click();
  await visit.picker.getByRole('textbox').fill(thread.comm);
  await visit.row(thread.pid).click();
  await expect(visit.empty).toContainText('This is a kernel thread');
  await expect(visit.empty).toContainText('it has no user address space; choose a process that runs a program.');
});

test('one of another user', async ({ page, daemon }) => {
  // As root, use another daemon without rights; otherwise process 1 is always unreadable.
  const tree = process.getuid?.() === 0 ? new Tree() : null;
  const other = tree === null ? daemon : await Daemon.start({ procmap: tree.procmap, uid: 1234 });
  try {
    const visit = new Visit(page, other);
    await page.goto(await visit.link(tree === null ? 1 : process.pid));
    await expect(visit.empty).toContainText('This process cannot be read');
    await expect(visit.empty).toContainText('run procmap as root (sudo) to read processes of other users.');
    await expect(visit.picker).toContainText('only your own processes can be read');
  } finally {
    // The page first: it would miss its daemon.
    await page.close();
    if (tree !== null) await other.stop();
    tree?.dispose();
  }
});

test('a map that the kernel holds back delays no other, and appears as soon as possible', async ({ page }) => {
  const proc = new FakeProc();
  proc.write(7, { comm: 'held' });
  proc.block(7, 'maps');
  proc.write(8, { comm: 'free', maps: mapsLine(0x400, 3) });
  const daemon = await Daemon.start({ env: { PROCMAP_PROC: proc.root } });
  try {
    const visit = new Visit(page, daemon);
    await page.goto(await visit.link(7));
    await expect(visit.empty).toContainText('The kernel does not answer');
    await expect(visit.empty).toContainText('procmap tries again.');
    await expect(visit.connection).toHaveAttribute('data-status', 'open');
    await visit.row(8).click();
    await visit.mapped();
    await expect(visit.title).toHaveText('free 8');

    await visit.row(7).click();
    await expect(visit.empty).toContainText('The kernel does not answer');
    proc.letGo(7, 'maps', mapsLine(0x500, 3));
    await visit.mapped();
    await expect(visit.title).toHaveText('held 7');
  } finally {
    // The page first: it would miss its daemon.
    await page.close();
    await daemon.stop();
    proc.dispose();
  }
});

test('a process that does not answer stays in the list as last read, and is marked', async ({ page }) => {
  const proc = new FakeProc();
  for (const pid of [7, 8]) proc.write(pid, { comm: `fake${pid}`, maps: mapsLine(0x400, 3) });
  proc.write(9, { comm: 'never' });
  proc.block(9, 'stat');
  const daemon = await Daemon.start({ env: { PROCMAP_PROC: proc.root } });
  try {
    const visit = new Visit(page, daemon);
    await visit.open();
    await expect(visit.row(7)).toContainText('fake7');
    await expect(visit.row(9)).toContainText('not answering');
    proc.block(7, 'cmdline');
    await expect(visit.row(7)).toContainText('not answering');
    await expect(visit.row(7)).toContainText('fake7');
    await expect(visit.row(7)).toContainText('40 KB');
    await expect(visit.row(7)).toHaveAttribute('title', /It does not answer: the kernel blocks every read of its files/);
    await expect(visit.row(9).getByRole('gridcell').nth(3)).toHaveText('–');
    await expect(visit.row(8)).not.toContainText('not answering');
    proc.letGo(7, 'cmdline', 'fake7\0');
    await expect(visit.row(7)).not.toContainText('not answering');
  } finally {
    await page.close();
    await daemon.stop();
    proc.dispose();
  }
});
