import type { Statistics } from '@procmap/shared/figures/statistics.ts';
import { formatBytes, formatCount, formatPercent } from '@procmap/shared/units.ts';
import { changeStream } from './change-stream.ts';
import { expect, test } from './test.ts';
import { Visit } from './visit.ts';

/** The figures of the overview: equal to those of the API, live, and requested only while they are visible. */
const FIGURES = ['user', 'kernel', 'mapped', 'sparse', 'largest-gap', 'sparse-regions', 'mappings', 'headroom'];
const IN_MEMORY = ['in-memory', 'hugetlb'];
const PS = ['vsz', 'rss', 'mem-percent', 'mem-total'];
const SMEM = ['smem-rss', 'pss', 'uss', 'swap'];
const PARTS = ['vsz-reserved', 'vsz-untouched', 'vsz-in-memory', 'vsz-swapped', 'vsz-untold'];

/** The expected texts from the API: the value, then the share if there is one. */
function expected({ vas, ps, in_memory: inMemory, smem, system }: Statistics): Record<string, string[]> {
  if (ps === null || inMemory === null || smem === null || system === null) throw new Error('no memory figures');
  const bytes = (count: number | string): string => formatBytes(Number(count));
  const kb = (count: number | null): string => formatBytes((count ?? NaN) * 1024);
  const ofRss = (count: number | null): string => formatPercent(count ?? NaN, smem.rss_kb ?? NaN);
  const ofUser = (count: number | string): string => formatPercent(Number(count), Number(vas.user_bytes));
  return {
    user: [bytes(vas.user_bytes)],
    kernel: [bytes(vas.kernel_bytes)],
    mapped: [bytes(vas.mapped_bytes), ofUser(vas.mapped_bytes)],
    sparse: [bytes(vas.sparse_bytes), ofUser(vas.sparse_bytes)],
    'largest-gap': [bytes(vas.largest_gap_bytes)],
    'sparse-regions': [formatCount(vas.sparse_regions)],
    mappings: [formatCount(vas.mappings), formatPercent(vas.mappings, system.max_map_count)],
    headroom: [formatCount(system.map_count_headroom), `of ${formatCount(system.max_map_count)}`],
    'in-memory': [kb(inMemory.total_kb)],
    hugetlb: ['0 B', '0 %'],
    vsz: [kb(ps.vsz_kb)],
    rss: [kb(ps.rss_kb)],
    'mem-percent': [`${ps.mem_percent?.toFixed(1)} %`],
    'mem-total': [kb(system.mem_total_kb)],
    'smem-rss': [kb(smem.rss_kb)],
    pss: [kb(smem.pss_kb), ofRss(smem.pss_kb)],
    uss: [kb(smem.uss_kb), ofRss(smem.uss_kb)],
    swap: [kb(smem.swap_kb)],
  };
}

async function shown(visit: Visit): Promise<Record<string, string[]>> {
  const lines = await visit.page.locator('[data-figure]').evaluateAll((elements) =>
    elements.map((element) => {
      const texts = ['.value', '.share'].map((part) => element.querySelector(part)?.textContent ?? '');
      return [element.getAttribute('data-figure') ?? '', texts.filter(Boolean)] as const;
    }),
  );
  return Object.fromEntries(lines);
}

test('are those of the API, with units and where they come from', { tag: '@main' }, async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  // How much of a library is a process's own depends on who else maps it.
  await expect(async () => {
    const stats = await daemon.json<Statistics>(`/api/processes/${known.pid}/stats`);
    expect(await shown(visit)).toMatchObject(expected(stats));
    for (const [id, kb] of [
      ['vsz', stats.ps?.vsz_kb],
      ['rss', stats.ps?.rss_kb],
      ['smem-rss', stats.smem?.rss_kb],
      ['uss', stats.smem?.uss_kb],
    ] as const)
      expect(await visit.figure(id).getAttribute('title')).toContain(`${formatCount(kb ?? -1)} KB; `);
  }).toPass();
  expect(Object.keys(await shown(visit))).toEqual([...FIGURES, ...IN_MEMORY, ...PS, ...SMEM, ...PARTS]);
  await expect(visit.figure('rss')).toHaveAttribute('title', /VmRSS of \/proc\/PID\/status/);
  await expect(visit.figure('pss')).toHaveAttribute('title', /smaps_rollup/);
  await expect(visit.page.getByTestId('pss-note')).toContainText('smem(8) may print up to 1 KB less for each mapping');
  await expect(visit.page.getByTestId('statistics')).toContainText(/read in [0-9.]+ ms/);
  // A bar is as long as the share beside it says.
  const { width: whole = 0 } = (await visit.figure('uss').locator('.track').boundingBox()) ?? {};
  const { width: part = 0 } = (await visit.figure('uss').locator('i').boundingBox()) ?? {};
  expect(Math.abs(part / whole - Number.parseFloat((await shown(visit))['uss']?.[1] ?? '') / 100)).toBeLessThan(0.05);
});

test('tell what all that is mapped is made of, once its figures are read', async ({ visit, start, page, daemon }) => {
  const growing = await start('growing');
  await visit.open(growing.pid);
  const value = (id: string) => visit.figure(`vsz-${id}`).locator('.value');
  const { ps, vas, smem } = await daemon.json<Statistics>(`/api/processes/${growing.pid}/stats`);
  const [vsz, rss] = [formatBytes((ps?.vsz_kb ?? 0) * 1024), formatBytes((smem?.rss_kb ?? 0) * 1024)];
  expect(vas.mapped_bytes).toBe((ps?.vsz_kb ?? 0) * 1024);
  await expect(value('untold')).toHaveText(vsz);
  await expect(value('in-memory')).toHaveText('–');
  await page.getByTestId('breakdown').getByRole('button', { name: 'Read figures' }).click();
  await expect(value('untold')).toHaveText('0 B');
  await expect(value('in-memory')).toHaveText(rss);
  await expect(value('swapped')).toHaveText('0 B');
  const kb = async (id: string): Promise<number> =>
    Number(/([\d,]+) KB$/.exec((await visit.figure(`vsz-${id}`).getAttribute('title')) ?? '')?.[1]?.replaceAll(',', ''));
  expect((await kb('reserved')) + (await kb('untouched')) + (await kb('in-memory')) + (await kb('swapped'))).toBe(ps?.vsz_kb);
  await growing.command('grow 1000');
  await expect(value('untold')).toHaveText('3.91 MB');
  await expect(value('in-memory')).toHaveText(`≥ ${rss}`);
});

test('are live', async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { ps } = await daemon.json<Statistics>(`/api/processes/${known.pid}/stats`);
  const before = formatCount(ps?.vsz_kb ?? -1);
  await expect(visit.figure('vsz')).toHaveAttribute('title', new RegExp(`^${before} KB`));
  const left = await visit.figure('headroom').locator('.value').innerText();
  await known.command('map 1000');
  // The mapping and a guard at both ends.
  await expect(visit.figure('vsz')).toHaveAttribute('title', new RegExp(`^${formatCount((ps?.vsz_kb ?? 0) + 4008)} KB`));
  await expect(visit.figure('headroom').locator('.value')).not.toHaveText(left);
});

test('are requested only while they are visible', async ({ visit, start, browser, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const asked = (): unknown[] => visit.stream.sent.filter(({ type }) => type === 'memory').map(({ on }) => on);
  const figures = (of = visit): number => of.stream.of('memory').length;
  await expect.poll(figures).toBeGreaterThan(1);
  expect(asked()).toEqual([true]);
  // Details of a region cover the figures; a short look at them sends no message.
  await visit.goTo(known.mappings[0]?.start ?? 0);
  await expect(visit.page.getByTestId('statistics')).toBeHidden();
  await visit.page.keyboard.press('Escape');
  await expect(visit.page.getByTestId('statistics')).toBeVisible();
  expect(asked()).toEqual([true]);
  await visit.goTo(known.mappings[0]?.start ?? 0);
  await expect.poll(asked).toEqual([true, false]);
  await visit.page.keyboard.press('Escape');
  await expect.poll(asked).toEqual([true, false, true]);

  // A paused or hidden page gets no figures, while another page still does.
  const context = await browser.newContext();
  const other = new Visit(await context.newPage(), daemon);
  await other.open(known.pid);
  for (const [leave, come] of [
    [() => visit.live.click(), () => visit.live.click()],
    [() => visit.see('hidden'), () => visit.see('visible')],
  ] as const) {
    await leave();
    await other.stream.moreLooks(1);
    const [ours, theirs] = [figures(), figures(other)];
    await expect.poll(() => figures(other)).toBeGreaterThan(theirs + 1);
    expect(figures()).toBe(ours);
    await come();
    await expect.poll(figures).toBeGreaterThan(ours);
  }
  await context.close();
});

test('stay as they were when the process has ended', async ({ visit, start, page }) => {
  // The daemon may notice the missing memory before or after the missing process.
  await changeStream(page, ['state'], (message) => {
    const nothing = { type: 'memory', pid: message['pid'], memory: null, message: 'there is no such process' };
    return message['state'] === 'exited' ? [nothing, message, nothing] : [message];
  });
  const known = await start('known');
  await visit.open(known.pid);
  await expect(visit.figure('uss').locator('.value')).toHaveText(/[0-9] KB|MB/);
  const last = await visit.figure('vsz').innerText();
  await known.stop();
  await expect(visit.banner).toBeVisible();
  // Waits for messages under way.
  const heard = visit.stream.of('processes').length;
  await expect.poll(() => visit.stream.of('processes').length).toBeGreaterThan(heard + 1);
  expect(await visit.figure('vsz').innerText()).toBe(last);
  await expect(page.getByTestId('memory-problem')).toBeHidden();
});

test('do not move when they arrive', async ({ visit, start, page }) => {
  let held = true;
  await changeStream(page, ['memory', 'processes'], (message) => (held ? [] : [message]));
  const known = await start('known');
  await visit.open(known.pid);
  const places = (): Promise<number[][]> =>
    page.locator('[data-figure] dt, [data-figure] .track, [data-testid="legend"] h4').evaluateAll((elements) =>
      elements.map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return [x, y, width, height];
      }),
    );
  await expect(visit.figure('rss').locator('.value')).toHaveText('–');
  const before = await places();
  held = false;
  await expect(visit.figure('rss').locator('.value')).not.toHaveText('–');
  await expect(visit.inspector).toContainText('1 thread');
  expect(await places()).toEqual(before);
});

test('say why they are not there', async ({ visit, start, page }) => {
  // Simulates a process whose map is readable but not its memory figures: none exists, since both need the same right.
  let memory: object | null = null;
  await changeStream(page, ['memory'], (message) => [{ ...message, memory, message: memory === null ? 'this may not be read' : '' }]);
  const known = await start('known');
  await visit.open(known.pid);
  await expect(page.getByTestId('memory-problem')).toHaveText('This may not be read.');
  await expect(visit.figure('vsz')).toBeHidden();
  await expect(visit.figure('mappings')).toBeVisible();
  const why = { error: 'unreadable', message: 'this kernel has no /proc/7/smaps' };
  memory = {
    vsz_kb: 9,
    rss_kb: null,
    mem_percent: 0,
    hugetlb_kb: 4,
    smem: null,
    smem_from: null,
    smem_error: why,
    mem_total_kb: 100,
    max_map_count: 65530,
    taken_at: 0,
    read_ms: 0,
  };
  await expect(visit.figure('vsz').locator('.value')).toHaveText('9 KB', { timeout: 30_000 });
  await expect(page.getByTestId('smem-problem')).toHaveText('USS, PSS and swap: this kernel has no /proc/7/smaps.');
  // Unknown figures are not shown as 0.
  for (const id of ['rss', 'in-memory']) await expect(visit.figure(id).locator('.value')).toHaveText('–');
  await expect(visit.figure('hugetlb').locator('.value')).toHaveText('4 KB');
  await expect(visit.figure('uss')).toBeHidden();
});

test('the largest figures that there can be do not lie over each other', async ({ visit, start, page }) => {
  await changeStream(page, ['memory'], (message) => [{ ...message, memory: { ...(message['memory'] as object), max_map_count: 2_147_483_642 } }]);
  await visit.open((await start('known')).pid);
  await expect(visit.figure('headroom')).toContainText('of 2,147,483,642');
  const texts = await visit.figure('headroom').evaluate((line) =>
    ['dt', '.share', '.value'].map((part) => {
      const range = document.createRange();
      const element = line.querySelector(part);
      if (element === null) throw new Error(`there is no ${part}`);
      range.selectNodeContents(element);
      const { left, top, right, bottom } = range.getBoundingClientRect();
      return { left, top, right, bottom, cut: element.scrollWidth > element.clientWidth + 1 };
    }),
  );
  for (const [i, text] of texts.entries()) {
    expect(text.cut).toBe(false);
    for (const before of texts.slice(0, i)) expect(text.left > before.right + 3 || text.top >= before.bottom).toBe(true);
  }
});
