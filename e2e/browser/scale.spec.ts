import { expect, test } from './test.ts';
import { hex, PAGE_BYTES, type Visit } from './visit.ts';

/** The three scales: what each enlarges, and that switching keeps the place. */
const SCALES = ['Log', 'Linear', 'Mapped'] as const;
type Scale = (typeof SCALES)[number];

async function scaleTo({ page, picture }: Visit, scale: Scale): Promise<void> {
  await page.getByRole('radio', { name: scale }).click();
  await expect(page.getByRole('radio', { name: scale })).toBeChecked();
  await picture.settled();
}

interface Region {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

test('the mapped scale makes each gap a sliver and gives mappings the room', async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { regions } = await daemon.json<{ regions: { kind: string; space: string; start: string; end: string }[] }>(`/api/processes/${known.pid}/map`);
  const user: Region[] = regions
    .filter(({ space }) => space === 'user')
    .map(({ kind, start, end }) => ({ kind, start: Number(BigInt(start) >> 12n), end: Number(BigInt(end) >> 12n) }));
  const { picture } = visit;
  const heights = async (of: readonly Region[]): Promise<number[]> => {
    const found: number[] = [];
    for (const { start, end } of of) found.push((await picture.yOf(start)) - (await picture.yOf(end)));
    return found;
  };
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const isGap = ({ kind }: Region): boolean => kind === 'gap';
  const large = user.filter((region) => isGap(region) && region.end - region.start >= 2 ** 18);
  expect(large.length).toBeGreaterThan(1);
  const mapped = user.filter(({ kind }) => !['gap', 'null_trap', 'beyond'].includes(kind));

  const inLog = { gaps: await heights(large), mapped: sum(await heights(mapped)) };
  await scaleTo(visit, 'Mapped');
  const folded = await heights(large);
  // Gaps of terabytes and of gigabytes are equally thin.
  expect(Math.max(...folded) - Math.min(...folded)).toBeLessThan(0.5);
  for (const [k, height] of folded.entries()) expect(height).toBeLessThan(inLog.gaps[k] ?? 0);
  expect(sum(await heights(mapped))).toBeGreaterThan(inLog.mapped);
  expect((await picture.view()).atFit).toBe(true);
});

for (const motion of ['reduce', 'no-preference'] as const) {
  test.describe(`motion: ${motion}`, () => {
    test.use({ contextOptions: { reducedMotion: motion } });

    test('switching scales and back keeps the selection visible and unchanged', async ({ visit, start }) => {
      const known = await start('known');
      await visit.open(known.pid);
      const mapping = known.mappings.find(({ name }) => name === 'shared');
      if (mapping === undefined) throw new Error('the fixture has no shared');
      const [first, end] = [mapping.start / PAGE_BYTES, (mapping.start + mapping.length) / PAGE_BYTES];
      await visit.goTo(mapping.start);
      const { picture } = visit;
      for (const scale of ['Linear', 'Mapped', 'Log', 'Mapped', 'Linear', 'Log'] as const) {
        await scaleTo(visit, scale);
        const [top, bottom] = [await picture.yOf(end), await picture.yOf(first)];
        // Above and below may be cut, but some of it is in sight.
        expect(Math.min(bottom, await picture.height()) - Math.max(top, 0)).toBeGreaterThan(16);
        await expect(visit.fact('start')).toHaveText(hex(mapping.start));
        const y = Math.round((Math.max(top, 0) + Math.min(bottom, await picture.height())) / 2);
        const page = await picture.pageAt(y);
        expect(page).toBeGreaterThanOrEqual(first);
        expect(page).toBeLessThan(end);
      }
    });

    test('from the whole space, each scale shows the whole space', async ({ visit, start }) => {
      const known = await start('known');
      await visit.open(known.pid);
      for (const scale of [...SCALES, ...[...SCALES].reverse()]) {
        await scaleTo(visit, scale);
        const { atFit, firstPage, lastPage } = await visit.picture.view();
        expect([atFit, firstPage, lastPage]).toEqual([true, 0, 2 ** 52]);
      }
    });
  });
}
