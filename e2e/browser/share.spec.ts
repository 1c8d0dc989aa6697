import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownThread } from '../../server/src/reader/threads/threads.fixture.ts';
import { audit } from './audit.ts';
import { expect, test } from './test.ts';
import { PAGE_BYTES, type Visit } from './visit.ts';

// These tests read pixels.
test.use({ tolerated: /willReadFrequently/ });

async function openShare(visit: Visit): Promise<void> {
  await visit.picture.settled();
  await visit.picture.canvas.focus();
  await visit.page.keyboard.press('x');
  await expect(visit.page.getByTestId('share-preview')).toBeVisible();
}

/** Saves the dialog's picture; returns the file's bytes. */
async function saved(visit: Visit): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([visit.page.waitForEvent('download'), visit.page.getByRole('button', { name: 'Save' }).click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

/** Changes a setting, and waits for the new preview. */
async function wish(visit: Visit, change: () => Promise<void>): Promise<void> {
  const preview = visit.page.getByTestId('share-preview');
  const before = await preview.getAttribute('src');
  await change();
  await expect(preview).not.toHaveAttribute('src', before ?? '');
}

const full = (visit: Visit) => wish(visit, () => visit.page.getByRole('switch', { name: /Real addresses/ }).click());
const svg = (visit: Visit) => wish(visit, () => visit.page.getByRole('radio', { name: 'SVG' }).check({ force: true }));

/** The types of the chunks of a PNG file. */
function chunksOf(png: Buffer): string[] {
  const types: string[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) types.push(png.toString('latin1', at + 4, at + 8));
  return types;
}

function sizeOf(png: Buffer): readonly [number, number] {
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

test('a picture at the screen’s pixels is the screen’s, with a head, a legend and a foot', { tag: '@main' }, async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  await visit.search.fill('libc');
  await openShare(visit);
  await full(visit);
  await wish(visit, () => visit.page.getByRole('radio', { name: '1×' }).check({ force: true }));
  const { name, bytes } = await saved(visit);
  expect(name).toMatch(new RegExp(`^procmap-known-${known.pid}-\\d{4}-\\d\\d-\\d\\dT\\d{6}\\.png$`));
  const differing = await visit.page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const screen = document.querySelector<HTMLCanvasElement>('[data-testid=diagram]');
    if (screen === null) throw new Error('no diagram');
    const { width, height } = screen;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d');
    const own = screen.getContext('2d');
    if (context === null || own === null) throw new Error('no context');
    context.drawImage(image, 0, 0);
    const a = own.getImageData(0, 0, width, height).data;
    const b = context.getImageData(0, 58 * devicePixelRatio, width, height).data;
    let count = 0;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
    return { count, width: image.width === width, higher: image.height > height + 150 };
  }, bytes.toString('base64'));
  expect(differing).toEqual({ count: 0, width: true, higher: true });
});

test('twice as many pixels are twice as many either way, and without a legend fewer', async ({ visit, start }) => {
  await visit.open((await start('known')).pid);
  await openShare(visit);
  const [width, height] = sizeOf((await saved(visit)).bytes);
  await wish(visit, () => visit.page.getByRole('radio', { name: '1×' }).check({ force: true }));
  const [one, oneHeight] = sizeOf((await saved(visit)).bytes);
  expect([width, Math.abs(height - 2 * oneHeight) <= 4]).toEqual([2 * one, true]);
  await wish(visit, () => visit.page.getByRole('switch', { name: 'Legend' }).click());
  expect(sizeOf((await saved(visit)).bytes)[1]).toBeLessThan(oneHeight);
});

test('reveals no addresses unless chosen, and then warns', async ({ visit, start, daemon }) => {
  const folder = mkdtempSync(join(tmpdir(), 'alice-secret-'));
  try {
    const known = await start('known', folder);
    await visit.open(known.pid);
    await visit.goTo(known.mappings.find(({ name }) => name === 'file')?.start ?? 0);
    await openShare(visit);
    await svg(visit);
    const texts = async (): Promise<string> => [...(await saved(visit)).bytes.toString().matchAll(/>([^<]+)<\/t/g)].map(([, text]) => text).join('\n');
    const told = await texts();
    const { regions } = await daemon.json<{ regions: { start: string; source: string }[] }>(`/api/processes/${known.pid}/map`);
    const addresses = regions.map(({ start: at }) => at.slice(2).replace(/^0+/, '')).filter((at) => at.length > 7);
    expect(addresses.length).toBeGreaterThan(40);
    const shown = new Set(told.split(/[\s]+/).map((word) => word.replace(/^0+/, '')));
    expect(addresses.filter((at) => shown.has(at))).toEqual([]);
    expect(told).not.toMatch(/alice|[0-9a-f]{11,}/);
    expect(told).toContain(`known ${known.pid}`);
    await expect(visit.page.getByRole('alert')).toHaveCount(0);

    await full(visit);
    await expect(visit.page.getByRole('alert')).toContainText('reveals');
    const all = (await texts()).replaceAll('\n', '');
    expect(addresses.filter((at) => all.includes(at)).length).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('reveals no addresses in any view', async ({ visit, start, daemon }) => {
  const known = await start('known');
  const { page } = visit;
  await visit.open(known.pid);
  const { regions } = await daemon.json<{ regions: { start: string; size: number | string; kind: string; source: string }[] }>(
    `/api/processes/${known.pid}/map`,
  );
  const addresses = new Set(regions.map(({ start: at }) => at.slice(2).replace(/^0+/, '')).filter((at) => at.length > 7));
  const libc = Number.parseInt(regions.find((region) => region.kind === 'text')?.start ?? '', 16);
  const views: readonly (() => Promise<unknown>)[] = [
    () => page.getByRole('radio', { name: 'Linear' }).check({ force: true }),
    () => page.getByRole('radio', { name: 'Mapped' }).check({ force: true }),
    () => page.getByRole('radio', { name: 'User' }).check({ force: true }),
    () => page.getByRole('radio', { name: 'Kernel' }).check({ force: true }),
    () => page.getByRole('radio', { name: 'Both' }).check({ force: true }),
    () => page.getByRole('radio', { name: 'Log' }).check({ force: true }),
    () => visit.search.fill('kind:gap'),
    () => visit.search.fill(`0x${libc.toString(16)},64K`),
    () => visit.goTo(libc),
    // Down to a few pages.
    async () => {
      await visit.picture.canvas.focus();
      for (let i = 0; i < 12; i++) await page.keyboard.press('w');
    },
  ];
  for (const view of views) {
    await view();
    await openShare(visit);
    await svg(visit);
    const told = [...(await saved(visit)).bytes.toString().matchAll(/>([^<]+)<\/t/g)].map(([, text = '']) => text);
    expect(told.length).toBeGreaterThan(5);
    const words = told.flatMap((text) => text.split(/\s+/)).map((word) => word.replace(/^[+0]+/, ''));
    expect(words.filter((word) => addresses.has(word))).toEqual([]);
    // No sparse region of the process shows its size.
    expect(told.filter((text) => /^sparse.*[0-9]/.test(text))).toEqual([]);
    expect(told.filter((text, i) => text === 'sparse' && /^[0-9.]+ [KMGT]B$/.test(told[i + 1] ?? ''))).toEqual([]);
    await page.keyboard.press('Escape');
  }
});

test('reveals no names of threads unless chosen, and still says that it is a stack', async ({ visit, start }) => {
  const threads = await start('threads', '3');
  const { low } = knownThread((await threads.command('start')).replace('started ', ''));
  await threads.command('rename secret-thread');
  await visit.open(threads.pid);
  await visit.choose('Colour', 'By use');
  // The stack fills the view, so that its label names its thread.
  await visit.goTo((low + 1) * PAGE_BYTES);
  await visit.goTo((low + 1) * PAGE_BYTES);
  await expect(visit.page.getByTestId('inspector-use')).toContainText('secret-thread');
  await openShare(visit);
  const png = await saved(visit);
  // Chunks of pixels alone: no texts, no times.
  expect(new Set(chunksOf(png.bytes))).toEqual(new Set(['IHDR', 'IDAT', 'IEND']));
  await svg(visit);
  const picture = await saved(visit);
  const text = picture.bytes.toString();
  for (const each of [png.name, picture.name, png.bytes.toString('latin1'), text]) expect(each).not.toContain('secret');
  expect(text).toContain('>thread stack<');
  await full(visit);
  expect((await saved(visit)).bytes.toString()).toContain('secret-thread');
});

test('keeps nothing that was made of other wishes', async ({ visit, start }) => {
  await visit.open((await start('known')).pid);
  await openShare(visit);
  await full(visit);
  const save = visit.page.getByRole('button', { name: 'Save', exact: true });
  await expect(save).toBeEnabled();
  // Back to redacted: the full picture is unavailable at once, even before the redacted one exists.
  const isReachable = await visit.page.evaluate(async () => {
    const sheet = document.querySelector('[data-testid=share]');
    const named = (role: string, text: string): HTMLElement | undefined =>
      [...(sheet?.querySelectorAll<HTMLElement>(role) ?? [])].find((element) => element.textContent.trim() === text);
    const turn = named('[role=switch]', 'Real addresses and paths');
    if (turn === undefined) throw new Error('no switch');
    turn.click();
    for (let i = 0; i < 20; i++) await Promise.resolve();
    return !(named('button', 'Save') as HTMLButtonElement).disabled;
  });
  expect(isReachable).toBe(false);
  await expect(save).toBeEnabled();
});

test('a picture as SVG looks as the one of pixels', async ({ visit, start }) => {
  await visit.open((await start('known')).pid);
  await openShare(visit);
  const png = (await saved(visit)).bytes.toString('base64');
  await svg(visit);
  const { name, bytes } = await saved(visit);
  expect(name).toMatch(/\.svg$/);
  const difference = await visit.page.evaluate(
    async ([a, b]) => {
      const parsed = new DOMParser().parseFromString(atob(b ?? ''), 'image/svg+xml');
      if (parsed.querySelector('parsererror, script, foreignObject, [href^=http]') !== null) throw new Error('not a plain SVG');
      const pixels = await Promise.all(
        [`data:image/png;base64,${a}`, `data:image/svg+xml;base64,${b}`].map(async (src) => {
          const image = new Image();
          image.src = src;
          await image.decode();
          const canvas = document.createElement('canvas');
          // Smoothed, so that a shift of a letter by a tenth of a px counts little.
          [canvas.width, canvas.height] = [400, 300];
          const context = canvas.getContext('2d');
          context?.drawImage(image, 0, 0, 400, 300);
          return context?.getImageData(0, 0, 400, 300).data ?? [];
        }),
      );
      const [one = [], two = []] = pixels;
      let sum = 0;
      for (let i = 0; i < one.length; i++) sum += Math.abs((one[i] ?? 0) - (two[i] ?? 0));
      return sum / one.length;
    },
    [png, bytes.toString('base64')],
  );
  expect(difference).toBeLessThan(6);
});

test('is copied by keyboard only, and gives the focus back', async ({ visit, start, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page } = visit;
  await visit.open((await start('known')).pid);
  await openShare(visit);
  expect(await audit(page)).toEqual([]);
  const copy = page.getByRole('button', { name: 'Copy', exact: true });
  for (let i = 0; i < 15 && !(await copy.evaluate((button) => button === document.activeElement)); i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('toast')).toContainText('Picture copied');
  expect(await page.evaluate(async () => (await navigator.clipboard.read())[0]?.types)).toEqual(['image/png']);
  await expect(page.getByTestId('share')).toHaveCount(0);
  await expect(visit.picture.canvas).toBeFocused();
  // While the dialog is open, it has the keyboard.
  await openShare(visit);
  await page.keyboard.press('t');
  await expect(page.getByTestId('table')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('share')).toHaveCount(0);
});

test.describe('on a narrow page', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('has room for everything', async ({ visit, start }) => {
    await visit.open((await start('known')).pid);
    await visit.page.getByRole('button', { name: 'View and export' }).click();
    await visit.page.getByRole('button', { name: 'Export', exact: true }).click();
    await visit.page
      .getByRole('menuitemradio', { name: /Picture/ })
      .or(visit.page.getByRole('menuitem', { name: /Picture/ }))
      .click();
    await expect(visit.page.getByTestId('share-preview')).toBeVisible();
    await full(visit);
    for (const name of ['Save', 'Copy', 'Copy link']) await expect(visit.page.getByRole('button', { name, exact: true })).toBeInViewport({ ratio: 1 });
    expect(await audit(visit.page)).toEqual([]);
  });
});
