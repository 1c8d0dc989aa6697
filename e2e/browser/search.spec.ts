import { expect, test } from './test.ts';
import { hex, PAGE_BYTES } from './visit.ts';

/** The search box: names, addresses, permissions, kinds; what it finds is counted, marked and gone to. */
test('finds a name, and goes from hit to hit', async ({ visit, start, daemon }) => {
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
  // What is found can be seen where it lies.
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
  // As maps, a debugger and a person write it.
  for (const typed of [hex(byte), byte.toString(16), byte.toString(16).toUpperCase(), `  ${hex(byte)} `]) {
    await visit.search.fill(typed);
    await expect(visit.verdict).toHaveText('⏎ go there');
    await visit.search.press('Enter');
    await expect(visit.fact('start')).toHaveText(hex(address));
    await expect(visit.fact('end')).toHaveText(hex(address + length));
    await expect(visit.fact('spot')).toHaveText(hex(byte));
    // Mapped from page 3 of its file on.
    await expect(visit.fact('file-offset')).toHaveText('0x4123');
    await visit.page.getByRole('button', { name: 'Clear the search' }).click();
    await visit.page.getByRole('button', { name: 'Let go of the selection' }).click();
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
    ['kind:stack', count(({ kind }) => kind === 'stack')],
  ] as const) {
    expect(Number(expected), typed).toBeGreaterThan(0);
    await visit.search.fill(typed);
    await expect(visit.verdict, typed).toHaveText(expected);
  }
  // The legend is a search as well, and marks what it finds.
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
