import { FakeProc, mapsLine } from '../../server/test/fake-proc.ts';
import { Daemon } from '../daemon.ts';
import { expect, test } from './test.ts';
import { hex, PAGE_BYTES, Visit } from './visit.ts';

/** The search box: names, addresses, permissions, kinds. Hits are counted, marked and can be visited. */
test('finds a name, and goes from hit to hit', { tag: '@main' }, async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { regions } = await daemon.json<{ regions: { name: string; start: string }[] }>(`/api/processes/${known.pid}/map`);
  const hits = regions.filter(({ name }) => name.includes('libc.so')).map((region) => region.start);
  expect(hits.length).toBeGreaterThan(2);
  await visit.page.keyboard.press('/');
  await expect(visit.search).toBeFocused();
  await visit.page.keyboard.type('LIBC.so');
  await expect(visit.verdict).toHaveText(String(hits.length));
  for (const [i, address] of [...hits, ...hits.slice(0, 1)].entries()) {
    await visit.search.press('Enter');
    await expect(visit.verdict).toHaveText(`${(i % hits.length) + 1} / ${hits.length}`);
    await expect(visit.fact('start')).toHaveText(address);
  }
  await visit.search.press('Shift+Enter');
  await expect(visit.verdict).toHaveText(`${hits.length} / ${hits.length}`);
  // The hit is visible in the picture.
  await visit.picture.settled();
  const page = Number(BigInt(hits.at(-1) ?? 0) >> 12n);
  expect(await visit.picture.yOf(page)).toBeGreaterThan(0);
  expect(await visit.picture.yOf(page)).toBeLessThan(await visit.picture.height());
  await visit.search.fill('no such name');
  await expect(visit.verdict).toHaveText('no match');
  await visit.search.press('Escape');
  await expect(visit.search).toHaveValue('');
});

test('goes to an address, and then down to its page', async ({ visit, start }) => {
  const known = await start('known');
  const { start: address, length } = known.mappings.find(({ name }) => name === 'memfd') ?? { start: 0, length: 0 };
  await visit.open(known.pid);
  const byte = address + PAGE_BYTES + 0x123;
  // In the notation of maps, of a debugger and of a person.
  for (const typed of [hex(byte), byte.toString(16), byte.toString(16).toUpperCase(), `  ${hex(byte)} `]) {
    await visit.search.fill(typed);
    await expect(visit.verdict).toHaveText('⏎ go there');
    await visit.search.press('Enter');
    await expect(visit.fact('start')).toHaveText(hex(address));
    await expect(visit.fact('end')).toHaveText(hex(address + length));
    await expect(visit.fact('spot')).toHaveText(hex(byte));
    await expect(visit.fact('inside')).toHaveText('+0x1123');
    // Mapped from page 3 of its file on.
    await expect(visit.fact('file-offset')).toHaveText('0x4123');
    await visit.page.getByRole('button', { name: 'Clear the search' }).click();
    await visit.page.getByRole('button', { name: 'Deselect' }).click();
  }
  await visit.search.fill(hex(byte));
  await visit.search.press('Enter');
  await visit.picture.settled();
  const whole = (await visit.picture.view()).pixelsPerPage;
  await visit.search.press('Enter');
  await visit.picture.settled();
  expect((await visit.picture.view()).pixelsPerPage).toBeGreaterThan(1.5 * whole);
  expect(await visit.picture.pageAt((await visit.picture.height()) / 2)).toBe(Math.floor(byte / PAGE_BYTES));
  await visit.search.fill('0x1ffffffffffffffff');
  await expect(visit.verdict).not.toHaveText('⏎ go there');
});

test('finds permissions and kinds', async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { regions } = await daemon.json<{ regions: { perms: string | null; type: string; kind: string }[] }>(`/api/processes/${known.pid}/map`);
  const count = (isHit: (region: { perms: string; type: string; kind: string }) => boolean): string =>
    String(regions.filter((region) => region.perms !== null && isHit({ ...region, perms: region.perms })).length);
  for (const [typed, expected] of [
    ['rwx', count(({ perms }) => perms === 'rwx')],
    ['w+x', count(({ perms }) => perms.endsWith('wx'))],
    ['+x', count(({ perms }) => perms.endsWith('x'))],
    ['---', count(({ perms }) => perms === '---')],
    ['r-xp', count(({ perms, type }) => perms === 'r-x' && type === 'p')],
    ['rw-s', count(({ perms, type }) => perms === 'rw-' && type === 's')],
    ['p', count(({ type }) => type === 'p')],
    ['s', count(({ type }) => type === 's')],
    ['kind:stack', count(({ kind }) => kind === 'stack')],
  ] as const) {
    expect(Number(expected), typed).toBeGreaterThan(0);
    await visit.search.fill(typed);
    await expect(visit.verdict, typed).toHaveText(expected);
  }
  // The legend searches as well, and marks its hits.
  await visit.search.fill('');
  const stack = visit.page.getByTestId('legend').getByRole('button', { name: 'Stack' });
  await stack.click();
  await expect(visit.search).toHaveValue('kind:stack');
  await expect(stack).toHaveAttribute('aria-pressed', 'true');
  await stack.click();
  await expect(visit.search).toHaveValue('');
});

test('marks what it finds on the picture', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const accent = await visit.picture.colour('accent');
  const { start: address } = known.mappings.find(({ name }) => name === 'wx') ?? { start: 0 };
  const y = await visit.picture.within(address / PAGE_BYTES, address / PAGE_BYTES + 1);
  expect(await visit.picture.count(y, accent)).toBe(0);
  await visit.search.fill('rwx');
  await expect.poll(() => visit.picture.count(y, accent)).toBeGreaterThan(0);
  await visit.search.fill('');
  await expect.poll(() => visit.picture.count(y, accent)).toBe(0);
});

test('locates a range: names its regions, marks it, and goes there', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { start: address = 0, path = '' } = known.mappings.find(({ name }) => name === 'memfd') ?? {};
  const [from, page] = [address + PAGE_BYTES, address / PAGE_BYTES];
  const name = path.replace('\t', '\\t');
  // The same in hex, in hex with its mark, with a unit, and as a range.
  for (const typed of [`${hex(from)},800`, `${hex(from)},0x800`, `${hex(from)}, 2K`, `${hex(from)}-${hex(from + 2048)}`]) {
    await visit.search.fill(typed);
    // Mapped from page 3 of its file on.
    await expect(visit.answer).toHaveText(`2,048 bytes in ${name} from +0x1000, file offset 0x4000.`);
    await expect(visit.verdict).toHaveText('⏎ go there');
    await expect(visit.answer).toBeVisible();
  }
  await visit.search.press('Enter');
  await expect(visit.fact('start')).toHaveText(hex(address));
  await expect(visit.page.getByTestId('inspector-range')).toHaveText(`2,048 bytes in ${name} from +0x1000, file offset 0x4000.`);
  // Only its own page is marked.
  await visit.page.mouse.move(1, 1);
  await visit.picture.settled();
  const accent = await visit.picture.colour('accent');
  // Both have the outline of a selection; the mark's bars are wider.
  const marked = async (at: number): Promise<number> => visit.picture.count(await visit.picture.within(at, at + 1), accent);
  expect(await marked(page + 1)).toBeGreaterThan(await marked(page));

  // A range over several regions is entirely visible and marked, including the guards beside it.
  await visit.search.fill(`${hex(address - PAGE_BYTES)},4000`);
  await expect(visit.answer).toHaveText(/^3 regions; all of 16,384 bytes is mapped\. It begins in /);
  await visit.search.press('Enter');
  await visit.page.mouse.move(1, 1);
  await visit.picture.settled();
  expect(await visit.picture.yOf(page - 1)).toBeLessThanOrEqual(await visit.picture.height());
  expect(await visit.picture.yOf(page + 3)).toBeGreaterThanOrEqual(0);
  for (const at of [page - 1, page, page + 1, page + 2]) expect(await marked(at)).toBeGreaterThan(0);
  // The answer is shown only while the search has the focus.
  await visit.page.keyboard.press('Tab');
  await visit.page.keyboard.press('Tab');
  await visit.page.keyboard.press('Tab');
  await expect(visit.answer).toBeHidden();
});

test('describes the surroundings of a range that is not mapped', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const pinned = visit.page.locator('[data-mode="pinned"]');
  for (const [typed, words, verdict] of [
    ['0x0,10', /^16 bytes in: NULL trap/, '⏎ go there'],
    ['0x100000,4K', /^4,096 bytes in: Sparse region, .*Nothing is mapped here/, '⏎ go there'],
    ['0x900000000000', /^Non-canonical hole/, '⏎ go there'],
    ['0xffff900000000000,4K', /^4,096 bytes in: Not described/, '⏎ go there'],
    ['0xfffffffffffff000,1001', /^This range ends beyond the address space: the last address is 0xffffffffffffffff\.$/, 'no such address'],
    ['0x10000000000000000', /^Beyond the end of the address space/, 'no such address'],
    ['0x100000,0', /^This range is empty/, 'empty range'],
  ] as const) {
    await visit.search.fill(typed);
    await expect(visit.answer).toHaveText(words);
    await expect(visit.verdict).toHaveText(verdict);
    await visit.search.press('Enter');
    if (verdict === '⏎ go there') {
      await expect(pinned).toBeVisible();
      await visit.page.getByRole('button', { name: 'Deselect' }).click();
    } else await expect(pinned).toBeHidden();
  }
});

test('understands a line of maps', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { start: address = 0, length = 0, path = '' } = known.mappings.find(({ name }) => name === 'shared') ?? {};
  await visit.search.fill(`${address.toString(16)}-${(address + length).toString(16)} rw-s 00000000 00:01 2498567                    ${path}`);
  await expect(visit.answer).toHaveText(`8,192 bytes in ${path} from +0x0, file offset 0x0.`);
  await visit.search.press('Enter');
  await expect(visit.fact('start')).toHaveText(hex(address));
  await visit.search.fill('1000-2000');
  await expect(visit.answer).toHaveText(/^4,096 bytes in: Sparse region/);
  await expect(visit.verdict).toHaveText('⏎ go there');
});

test('finds a name that reads as hex, and the address as well', async ({ page }) => {
  const proc = new FakeProc();
  const lines = ['/logs/20240101', '/logs/20240101.old'].map((name, i) => mapsLine(0x500 + 16 * i, 3).replace('00:00 0 ', `fe:00 7${i} ${name}`));
  proc.write(7, { comm: 'dates', maps: lines.join('') });
  const daemon = await Daemon.start({ env: { PROCMAP_PROC: proc.root } });
  try {
    const visit = new Visit(page, daemon);
    await visit.open(7);
    await visit.search.fill('20240101');
    await expect(visit.verdict).toHaveText('2');
    await expect(visit.answer).toHaveText(/^As an address, 0x20240101: Sparse region/);
    await visit.search.press('Enter');
    await expect(visit.title).toHaveText('/logs/20240101.old');
    await expect(visit.verdict).toHaveText('1 / 2');
    await visit.search.press('Enter');
    await expect(visit.title).toHaveText('/logs/20240101');
    await visit.search.fill('0x20240101');
    await expect(visit.verdict).toHaveText('⏎ go there');
    await visit.search.press('Enter');
    await expect(visit.title).toHaveText('Sparse region');
    // No name contains it, so it is an address.
    await visit.search.fill('20240102');
    await expect(visit.verdict).toHaveText('⏎ go there');
  } finally {
    // Close the page first, or it complains about its daemon.
    await page.close();
    await daemon.stop();
    proc.dispose();
  }
});
