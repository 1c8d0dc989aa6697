import { readFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';
import { FIELDS } from '../../web/src/search/query-fields.ts';
import { GuestKernel } from '../../server/test/guest-kernel.ts';
import { Daemon } from '../daemon.ts';
import { expect, test } from './test.ts';
import { Visit } from './visit.ts';

/** The language of the search box: terms, errors, and the list of suggestions. */
interface Mapping {
  readonly bytes: number;
  readonly perms: string;
  readonly name: string;
}

/** The kernel's own lines, without the product's parser. */
function mapsOf(pid: number): Mapping[] {
  return readFileSync(`/proc/${pid}/maps`, 'latin1')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, start = '', end = '', perms = '', name = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? [];
      return { bytes: Number(BigInt(`0x${end}`) - BigInt(`0x${start}`)), perms, name };
    });
}

async function expectCount(visit: Visit, typed: string, count: number): Promise<void> {
  await visit.search.fill(typed);
  await expect(visit.verdict, typed).toHaveText(count === 0 ? 'no match' : String(count));
}

test('combined terms find the same as a search of maps', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const maps = mapsOf(known.pid);
  const count = (isHit: (mapping: Mapping) => boolean): number => maps.filter(isHit).length;
  for (const [typed, expected] of [
    ['perm:w type:p', count(({ perms }) => perms[1] === 'w' && perms[3] === 'p')],
    ['perm:w -name:libc', count(({ perms, name }) => perms[1] === 'w' && !name.includes('libc'))],
    ['name:libc perm:r-x', count(({ perms, name }) => perms.startsWith('r-x') && name.includes('libc'))],
    ['libc size>=16K', count(({ bytes, name }) => name.includes('libc') && bytes >= 16384)],
    ['perm:r-x,rwx space:user', count(({ perms }) => perms.startsWith('r-x') || perms.startsWith('rwx'))],
    ['name="" perm:r', count(({ name, perms }) => name === '' && perms.startsWith('r'))],
    ['size:1page perm:none', count(({ bytes, perms }) => bytes === 4096 && perms.startsWith('---'))],
    ['libc nothing', 0],
  ] as const) {
    if (typed !== 'libc nothing') expect(expected, typed).toBeGreaterThan(0);
    await expectCount(visit, typed, expected);
  }
});

test('an error says what to write instead', async ({ visit, start }) => {
  await visit.open((await start('known')).pid);
  for (const [typed, words] of [
    ['foo:bar', /There is no field “foo”/],
    ['size>lots', /lots is not a value of “size”/],
    ['kind>heap', /“kind” takes/],
    ['kind:haep', /No kind is called “haep”/],
  ] as const) {
    await visit.search.fill(typed);
    await expect(visit.verdict).toHaveText('not understood');
    await expect(visit.answer).toHaveText(words);
    await expect(visit.answer).toBeVisible();
    await visit.search.press('Enter');
    await expect(visit.page.locator('[data-mode="pinned"]')).toBeHidden();
  }
  await visit.search.fill('size>1M kind:');
  await expect(visit.verdict).toHaveText('unfinished');
  // A place in a file is understood even if it is not mapped.
  await visit.search.fill('libnone.so+0x10');
  await expect(visit.verdict).toHaveText('not mapped');
  await expect(visit.answer).toHaveText('No file libnone.so is mapped here.');
  await visit.search.fill('rss>1M');
  await expect(visit.verdict).toHaveText('no figures');
  await expect(visit.answer).toHaveText(/The figures of all mappings have not been read yet/);
});

test('a list of what may follow is walked and taken by keys', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { page, search } = visit;
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await expect(search).toHaveRole('combobox');
  await search.focus();
  await expect(search).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.type('per');
  await expect(search).toHaveAttribute('aria-expanded', 'true');
  await expect(list.getByRole('option')).toHaveCount(1);
  // No suggestion is active at first.
  await expect(search).not.toHaveAttribute('aria-activedescendant');
  await page.keyboard.press('ArrowDown');
  const active = list.locator('[aria-selected="true"]');
  await expect(active).toHaveText(/^perm:/);
  expect(await search.getAttribute('aria-activedescendant')).toBe(await active.getAttribute('id'));
  await page.keyboard.press('Tab');
  await expect(search).toHaveValue('perm:');
  await expect(search).toBeFocused();
  // Values that occur, with their counts.
  const isReadable = mapsOf(known.pid).filter(({ perms }) => perms.startsWith('r--')).length;
  await expect(list.getByRole('option', { name: /^r-- / })).toHaveText(new RegExp(`, ${isReadable}$`));
  await page.keyboard.type('r-');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(search).toHaveValue(/^perm:r-[-x]$/);
  await expect(list).toBeHidden();
  await page.keyboard.type(' ki');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(search).toHaveValue(/^perm:r-[-x] kind:$/);
  await expect(list).toBeVisible();
  // Esc closes the list, and only then clears.
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await expect(search).toHaveValue(/kind:$/);
  await page.keyboard.press('Escape');
  await expect(search).toHaveValue('');
  // The list opens on request, and closes when the focus leaves.
  await page.keyboard.press('ArrowDown');
  await expect(list.getByRole('option')).toHaveCount(FIELDS.length);
  await page.keyboard.press('Shift+Tab');
  await expect(list).toBeHidden();
});

test('it keeps out of the way of names and addresses, and takes a click', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { page, search } = visit;
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await search.focus();
  for (const typed of ['libc.so', '0x7f0000000000', 'stackless']) {
    await page.keyboard.type(typed);
    await expect(list, typed).toBeHidden();
    await search.fill('');
  }
  await page.keyboard.type('name:');
  await list.getByRole('option', { name: /^libc\.so\.6/ }).click();
  await expect(search).toHaveValue('name:libc.so.6');
  await expect(search).toBeFocused();
  await expect(visit.verdict).toHaveText(String(mapsOf(known.pid).filter(({ name }) => name.endsWith('/libc.so.6')).length));
  await page.keyboard.press('Enter');
  await expect(visit.title).toHaveText(/libc\.so\.6$/);
});

test('a card explains the syntax, and each example can be tried', async ({ visit, start }) => {
  await visit.open((await start('known')).pid);
  const card = visit.page.getByTestId('search-help');
  await visit.page.getByRole('button', { name: 'Search syntax' }).click();
  await expect(card).toBeVisible();
  await card.getByRole('button', { name: 'perm:w' }).click();
  await expect(card).toBeHidden();
  await expect(visit.search).toHaveValue('perm:w');
  await expect(visit.verdict).toHaveText(/^\d+$/);
});

test('of a region of the kernel first the whole, then its pieces', async ({ page, start }) => {
  const known = await start('known');
  // The files of a Debian kernel that had procmap's module.
  const guest = new GuestKernel('amd64-6.1');
  const daemon = await Daemon.start({ env: { PROCMAP_DEBUGFS: guest.where.debugfsRoot } });
  try {
    const visit = new Visit(page, daemon);
    await visit.open(known.pid);
    const [first, last] = [Number(0xffff888000000n), Number(0xffff888040000n)];
    await visit.search.fill('direct map');
    await expect(visit.verdict).toHaveText(/^[0-9]{1,3}$/);
    const heights: number[] = [];
    for (let hit = 1; hit <= 2; hit++) {
      await visit.search.press('Enter');
      await expect(visit.verdict).toHaveText(new RegExp(`^${hit} / `));
      await visit.picture.settled();
      heights.push((await visit.picture.yOf(first)) - (await visit.picture.yOf(last)));
      // All of it is in sight at first.
      if (hit === 1) {
        expect(await visit.picture.yOf(last)).toBeGreaterThanOrEqual(-1);
        expect(await visit.picture.yOf(first)).toBeLessThanOrEqual((await visit.picture.height()) + 1);
        expect(heights[0]).toBeGreaterThan((await visit.picture.height()) / 2);
      }
    }
    await expect(visit.page.getByTestId('inspector-region')).toContainText('direct map');
  } finally {
    // Close the page first, or it complains about its daemon.
    await page.close();
    await daemon.stop();
    guest.dispose();
  }
});

test.describe('at 360 px', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('the list and the card have room, and a tap takes an option', async ({ visit, start }) => {
    await visit.open((await start('known')).pid);
    const { page, search } = visit;
    const expectWhole = async (part: Locator): Promise<void> => {
      const box = await part.boundingBox();
      expect(box !== null && box.x >= 0 && box.x + box.width <= 360 && box.y + box.height <= 740).toBe(true);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    };
    const list = page.getByRole('listbox', { name: 'Suggestions' });
    await search.tap();
    await page.keyboard.type('kind:');
    await expectWhole(list);
    await list.getByRole('option', { name: /^heap/ }).tap();
    await expect(search).toHaveValue('kind:heap');
    await expect(search).toBeFocused();
    await expect(visit.verdict).toHaveText('1');
    await page.getByRole('button', { name: 'Clear the search' }).tap();
    await page.getByRole('button', { name: 'Search syntax' }).tap();
    await expectWhole(page.getByTestId('search-help'));
  });
});
