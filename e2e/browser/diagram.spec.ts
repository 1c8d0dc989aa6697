import type { Fixture, KnownMapping } from '../fixtures/fixture.ts';
import { expect, test } from './test.ts';
import { hex, PAGE_BYTES, type Visit } from './visit.ts';

/** The picture: everything that the process has is drawn in its place, in the colour of its kind, and up to date. */
function mapping(fixture: Fixture, name: string): KnownMapping {
  const found = fixture.mappings.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the fixture has no ${name}`);
  return found;
}

/** Parses `mapped START LENGTH`, the fixture's answer. */
function area(answer: string): { start: number; end: number } {
  const [, start = '', length = ''] = answer.split(' ');
  return { start: Number.parseInt(start, 16), end: Number.parseInt(start, 16) + Number.parseInt(length, 16) };
}

/** A height inside a range of bytes where only its colour is painted. */
function inside(visit: Visit, { start, end }: { start: number; end: number }): Promise<number> {
  return visit.picture.within(start / PAGE_BYTES, end / PAGE_BYTES);
}

test('a mapping appears and disappears, on the canvas and in the details, within two looks', { tag: '@main' }, async ({ visit, start }) => {
  const known = await start('known');
  const first = area(await known.command('map 16'));
  await visit.open(known.pid);
  const count = await visit.mappings();
  const anonymous = await visit.picture.colour('kind-anon');

  await visit.goTo(first.start);
  await expect(visit.title).toHaveText('Anonymous');
  await expect(visit.fact('start')).toHaveText(hex(first.start));
  await expect(visit.fact('end')).toHaveText(hex(first.end));
  await expect(visit.fact('size')).toHaveText('64 KB');
  await expect(visit.fact('perms')).toHaveText('rw-p');
  // More than half of the picture's width is its box.
  expect(await visit.picture.count(await inside(visit, first), anonymous)).toBeGreaterThan(400);

  /** At most one look was under way when the fixture answered; the next one shows the change. */
  const withinTwoLooks = async (command: string): Promise<{ start: number; end: number }> => {
    const looks = visit.stream.looks.length;
    const changed = area(await known.command(command));
    await expect.poll(() => visit.stream.looks.slice(looks).findIndex(({ type }) => type === 'frame')).toBeGreaterThanOrEqual(0);
    expect(visit.stream.looks.slice(looks).findIndex(({ type }) => type === 'frame')).toBeLessThan(2);
    return changed;
  };

  const gone = await withinTwoLooks('unmap');
  expect(gone).toEqual(first);
  await expect.poll(async () => visit.picture.count(await inside(visit, first), anonymous)).toBe(0);
  await expect(visit.title).toHaveText('Sparse region');
  await expect(visit.inspector).toContainText('This region changed; showing the current one.');
  await expect.poll(() => visit.mappings()).toBeLessThan(count);

  const again = await withinTwoLooks('map 16');
  await expect.poll(() => visit.mappings()).toBe(count);
  // Going to the same address again would zoom to its page.
  await visit.page.keyboard.press('Escape');
  await visit.goTo(again.start);
  await expect(visit.fact('start')).toHaveText(hex(again.start));
  await expect(visit.fact('end')).toHaveText(hex(again.end));
  expect(await visit.picture.count(await inside(visit, again), anonymous)).toBeGreaterThan(400);
});

test('what is writable and executable, or has no access at all, is marked, in the picture and in words', async ({ visit, start }) => {
  const known = await start('known');
  const { start: address } = mapping(known, 'wx');
  await visit.open(known.pid);
  const alarm = await visit.picture.colour('alarm');
  const atFit = await visit.picture.middleOf(address / PAGE_BYTES, address / PAGE_BYTES + 1);
  // However small it is, and without zooming.
  const sight = await Promise.all([-1, 0, 1].map((dy) => visit.picture.count(atFit + dy, alarm)));
  expect(Math.max(...sight)).toBeGreaterThan(8);

  await visit.goTo(address);
  await expect(visit.fact('perms')).toHaveText('rwxp');
  await expect(visit.inspector).toContainText('writable code');
  // Without the outline of what is selected.
  await visit.page.keyboard.press('Escape');
  await visit.picture.settled();
  const row = await visit.picture.row(await inside(visit, { start: address, end: address + PAGE_BYTES }));
  const [left, right] = [row.indexOf(alarm), row.lastIndexOf(alarm)];
  // A bar at both edges of the box, and broad stripes in between.
  expect(right - left).toBeGreaterThan(400);
  for (const edge of [left, right - 3]) expect(new Set(row.slice(edge, edge + 4))).toEqual(new Set([alarm]));
  expect(new Set(row.slice(left + 8, right - 8)).size).toBeGreaterThan(1);

  await visit.inspector.getByRole('button', { name: 'writable and executable' }).click();
  await expect(visit.search).toHaveValue('w+x');
  await expect(visit.fact('start')).toHaveText(hex(address));

  const guard = mapping(known, 'guard');
  await visit.goTo(guard.start);
  await expect(visit.fact('perms')).toHaveText('---p');
  await expect(visit.inspector).toContainText('no access');
  // Punched by dots: nowhere its plain colour.
  const y = await inside(visit, { start: guard.start, end: guard.start + guard.length });
  expect(await visit.picture.count(y, await visit.picture.colour('kind-anon'))).toBe(0);
  expect(new Set((await visit.picture.row(y)).slice(400, 440)).size).toBeGreaterThan(1);
});

test('the whole space is there: kernel half, vsyscall, hole, out of reach, NULL trap', { tag: '@main' }, async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { regions } = await daemon.json<{ regions: { start: string; end: string; kind: string }[] }>(`/api/processes/${known.pid}/map`);
  const page = (address: string): number => Number(BigInt(address) >> 12n);
  expect(await visit.picture.yOf(2 ** 52)).toBeLessThan(20);
  expect(await visit.picture.yOf(0)).toBeGreaterThan((await visit.picture.height()) - 20);
  const special = regions.filter(({ kind }) => ['vsyscall', 'hole', 'beyond', 'null_trap'].includes(kind));
  expect(new Set(special.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(3);
  for (const region of special) {
    // Above the label, since the edge behind it has another colour.
    const y = await visit.picture.within(page(region.start), page(region.end), 0.2);
    expect(await visit.picture.count(y, await visit.picture.colour(`kind-${region.kind}`)), region.kind).toBeGreaterThan(300);
  }
  await expect(visit.page.getByTestId('legend')).toContainText('NULL trap');
  await expect(visit.page.getByTestId('legend')).toContainText('Non-canonical hole');
  // From any source that this machine has.
  await expect(visit.status).toContainText(/kernel half: (kernel module|\/proc\/kcore|inferred|not known)/);
});

test('every region in sight is described under the pointer as the kernel has it', async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { regions } = await daemon.json<{
    regions: { start: string; end: string; space: string; source: string; perms: string | null; type: string | null }[];
  }>(`/api/processes/${known.pid}/map`);
  const page = (address: string): number => Number(BigInt(address) >> 12n);
  let seen = 0;
  // In the kernel's half the page shows more than regions: kernel.spec.ts.
  for (const region of regions.filter(({ space, source }) => space !== 'kernel' || source === 'maps')) {
    const [top, bottom] = [await visit.picture.yOf(page(region.end)), await visit.picture.yOf(page(region.start))];
    if (bottom - top < 6) continue;
    const { x, y } = await visit.picture.pointAt((top + bottom) / 2);
    await visit.page.mouse.move(x, y);
    await expect(visit.fact('start')).toHaveText(region.start);
    await expect(visit.fact('end')).toHaveText(region.end);
    if (region.perms !== null) await expect(visit.fact('perms')).toHaveText(`${region.perms}${region.type}`);
    seen++;
  }
  // Without zooming: how many are high enough depends on where the kernel put them.
  expect(seen).toBeGreaterThan(12);
});

test('65,000 mappings are drawn, found and zoomed into', async ({ visit, start }) => {
  const many = await start('many', '65000');
  await visit.open(many.pid);
  await expect.poll(() => visit.mappings()).toBeGreaterThan(65_000);
  const address = Number.parseInt((await many.command('mutate')).split(' ')[1] ?? '', 16);
  await visit.goTo(address);
  await expect(visit.fact('start')).toHaveText(hex(address));
  await expect(visit.fact('perms')).toHaveText('---p');
  await expect(visit.fact('size')).toHaveText('4 KB');
  expect((await visit.picture.view()).pixelsPerPage).toBeGreaterThan(300);
  await many.command('mutate');
  await expect(visit.fact('perms')).toHaveText('rw-p');
});
