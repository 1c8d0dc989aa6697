import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Process } from '@procmap/shared/messages.ts';
import { expect, test } from './test.ts';

/** The process list: searchable, sortable, and up to date. */
const folder = mkdtempSync(join(tmpdir(), 'procmap-names-'));
const started: ChildProcess[] = [];

test.afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
test.afterAll(() => rmSync(folder, { recursive: true }));

/** A sleep under another name. */
function sleepAs(name: string): number {
  symlinkSync('/bin/sleep', join(folder, name));
  const child = spawn(join(folder, name), ['1000'], { stdio: 'ignore', argv0: 'sleep' });
  started.push(child);
  return child.pid ?? 0;
}

test('is searched by name, PID and user', { tag: '@main' }, async ({ visit, daemon }) => {
  const pid = sleepAs('pm-search');
  await visit.open();
  const filter = visit.picker.getByRole('textbox', { name: /^Filter processes/ });
  const rows = visit.picker.getByTestId('process-row');

  await filter.fill('PM-sea');
  await expect(rows).toHaveCount(1);
  await expect(visit.row(pid)).toContainText('pm-search');

  await filter.fill(String(pid));
  await expect(visit.row(pid)).toBeVisible();
  const listed = await daemon.json<Process[]>('/api/processes');
  // Other names or arguments may contain the same digits.
  const others = listed.filter(
    (process) => ![process.pid, process.user, process.comm, process.program, process.what, process.cmdline].join('\n').includes(String(pid)),
  );
  expect(others).not.toHaveLength(0);
  for (const other of others) await expect(visit.row(other.pid)).toHaveCount(0);

  const own = listed.find((process) => process.pid === pid)?.user ?? '?';
  await filter.fill(`${own} pm-search`);
  await expect(rows).toHaveCount(1);
  await filter.fill('nobody-of-that-name');
  await expect(rows).toHaveCount(0);
  await expect(visit.picker).toContainText('No process matches.');

  // Enter takes the first.
  await filter.fill('pm-search');
  await filter.press('Enter');
  await visit.mapped();
  await expect(visit.title).toHaveText(`sleep ${pid}`);
  await expect(visit.row(pid)).toHaveAttribute('aria-selected', 'true');
});

test('is sorted by its columns, both ways', async ({ visit }) => {
  await visit.open();
  await expect(visit.picker.getByTestId('process-row').first()).toBeVisible();
  const column = (cell: number): Promise<string[]> =>
    visit.picker.getByTestId('process-row').evaluateAll((rows, at) => {
      const top = (row: Element): number => row.getBoundingClientRect().top;
      return rows.toSorted((a, b) => top(a) - top(b)).map((row) => row.children.item(at)?.textContent.trim() ?? '');
    }, cell);
  const isSorted = (texts: string[], order: (a: string, b: string) => number): boolean =>
    texts.every((text, i) => i === 0 || order(texts[i - 1] ?? '', text) <= 0);
  const byNumber = (a: string, b: string): number => Number(a) - Number(b);
  const sort = (name: string) => visit.picker.getByRole('button', { name: new RegExp(`: sort by ${name}`) });

  await sort('process ID').click();
  await expect.poll(async () => isSorted(await column(1), byNumber)).toBe(true);
  await sort('process ID').click();
  await expect.poll(async () => isSorted(await column(1), (a, b) => byNumber(b, a))).toBe(true);
  const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });
  await sort('name').click();
  await expect.poll(async () => isSorted(await column(0), (a, b) => collator.compare(a, b))).toBe(true);
});

test('is live: what starts appears, what ends goes', async ({ visit }) => {
  await visit.open();
  await visit.picker.getByRole('textbox').fill('pm-late');
  await expect(visit.picker).toContainText('No process matches.');
  const pid = sleepAs('pm-late');
  await expect(visit.row(pid)).toBeVisible();
  process.kill(pid, 'SIGKILL');
  await expect(visit.row(pid)).toBeHidden();
});

test('holds its rows still under the pointer: what ends there is greyed in its place', async ({ visit }) => {
  const pids = ['pm-hold-a', 'pm-hold-b', 'pm-hold-c'].map(sleepAs);
  const [first = 0, middle = 0] = pids;
  await visit.open();
  await visit.picker.getByRole('textbox').fill('pm-hold');
  await expect(visit.picker.getByTestId('process-row')).toHaveCount(3);
  await visit.row(first).hover();
  const before = await visit.row(middle).boundingBox();
  process.kill(middle, 'SIGKILL');
  await expect(visit.row(middle)).toHaveAttribute('title', 'Ended');
  expect(await visit.row(middle).boundingBox()).toEqual(before);
  // The process has ended, so it cannot be picked.
  await visit.row(middle).click();
  await expect(visit.empty).toHaveAttribute('data-phase', 'none');
  await visit.page.mouse.move(720, 450);
  await expect(visit.row(middle)).toBeHidden();
});

test('works by keyboard only', { tag: '@main' }, async ({ visit }) => {
  const pids = ['pm-keys-a', 'pm-keys-b'].map(sleepAs);
  await visit.open();
  const filter = visit.picker.getByRole('textbox');
  await filter.fill('pm-keys');
  await expect(visit.picker.getByTestId('process-row')).toHaveCount(2);
  await filter.press('ArrowDown');
  const grid = visit.picker.getByRole('grid');
  await expect(grid).toBeFocused();
  await grid.press('End');
  const active = await grid.getAttribute('aria-activedescendant');
  await grid.press('Enter');
  await visit.mapped();
  const picked = pids.find((pid) => active === `process-${pid}`);
  await expect(visit.page).toHaveTitle(new RegExp(` ${picked} · procmap$`));
  await expect(visit.page.getByRole('application')).toBeFocused();
  await visit.page.keyboard.press('p');
  await expect(visit.picker).toBeHidden();
  await visit.page.keyboard.press('p');
  await expect(visit.picker).toBeVisible();
  await visit.page.keyboard.press('Shift+Tab');
  await visit.page.keyboard.press('Shift+Tab');
  await expect(grid).toBeFocused();
});

test('hands the keys to the diagram where a row is clicked, also the one that is shown', async ({ visit }) => {
  const pids = ['pm-hand-a', 'pm-hand-b'].map(sleepAs);
  await visit.open();
  await visit.picker.getByRole('textbox').fill('pm-hand');
  for (const pid of [...pids, ...pids.slice(-1)]) {
    await visit.row(pid).click();
    await visit.mapped();
    await expect(visit.page.getByRole('application', { name: `process ${pid}:` })).toBeFocused();
  }
  await visit.page.keyboard.press('Space');
  await expect(visit.live).toHaveText(/Paused/);
});

test('tells apart programs of node, java and python, and finds them by their arguments', async ({ visit }) => {
  const script = join(folder, 'pm-shop.mjs');
  writeFileSync(script, 'setInterval(() => 0, 1000)');
  const classPath = Array.from({ length: 300 }, (_, i) => `/opt/lib/module-${i}/a-long-jar-name-${i}.jar`).join(':');
  const run = (program: string, args: readonly string[], argv0 = program): number => {
    const child = spawn(program, args, { stdio: 'ignore', argv0 });
    started.push(child);
    return child.pid ?? 0;
  };
  const node = run(process.execPath, [script, '--port=8000'], 'node');
  const python = run('/usr/bin/python3', ['-c', 'import time; time.sleep(1000)', '-cp', classPath, 'org.example.PmMain'], 'java');
  await visit.open();
  const filter = visit.picker.getByRole('textbox');
  await filter.fill('pm-shop');
  // Its first thread calls itself MainThread.
  await expect(visit.row(node).getByRole('gridcell').first()).toHaveText('node');
  await expect(visit.row(node)).toContainText('pm-shop.mjs --port=8000');
  await filter.fill('org.example.PmMain');
  await expect(visit.picker.getByTestId('process-row')).toHaveCount(1);
  await expect(visit.row(python)).toContainText('org.example.PmMain');
  await expect(visit.row(python)).toHaveAttribute('title', /bytes are omitted at “…”/);
  await filter.press('Enter');
  await visit.mapped();
  await expect(visit.inspector).toContainText('bytes are omitted at “…”.');
});

test('takes an exact name or PID first, and the number of a thread for its process', async ({ visit, daemon }) => {
  // The larger one is the less exact match.
  const exact = sleepAs('pm-exact');
  const child = spawn(process.execPath, ['-e', 'globalThis.a = Buffer.alloc(9e7, 1); setInterval(() => 0, 1000)', 'pm-exact-not'], { stdio: 'ignore' });
  started.push(child);
  await visit.open();
  const filter = visit.picker.getByRole('textbox');
  const rows = visit.picker.getByTestId('process-row');
  await filter.fill('pm-exact');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toHaveAttribute('data-pid', String(exact));

  const thread = readdirSync(`/proc/${child.pid ?? 0}/task`).find((tid) => tid !== String(child.pid)) ?? '';
  await filter.fill(thread);
  await expect(rows.first()).toContainText(`thread ${thread}`);
  await filter.press('Enter');
  await visit.mapped();
  await expect(visit.title).toHaveText(`node ${child.pid ?? 0}`);

  await filter.fill(String(daemon.pid));
  await expect(visit.row(daemon.pid)).toContainText('procmap');
});

test('gets typing on the start screen, but no keys meant for the map', async ({ visit }) => {
  const pid = sleepAs('pxt-typed');
  await visit.open();
  await expect(visit.empty).toContainText('Does it leak?');
  await visit.page.keyboard.type('pxt-');
  await expect(visit.picker.getByRole('textbox')).toHaveValue('pxt-');
  await expect(visit.row(pid)).toBeVisible();
  await visit.page.keyboard.type('typed');
  await visit.page.keyboard.press('Enter');
  await visit.mapped();
  // The diagram gets the keyboard once a process is picked.
  await expect(visit.page.getByRole('application')).toBeFocused();
  await visit.page.keyboard.press('t');
  await expect(visit.page.locator('#table-panel')).toBeVisible();
});
