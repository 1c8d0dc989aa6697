import { GuestKernel } from '../../server/test/guest-kernel.ts';
import { Daemon } from '../daemon.ts';
import { expect, test as base } from './test.ts';
import { Visit } from './visit.ts';

/**
 * The kernel half in the picture, with the files of a Debian kernel that had procmap's module loaded
 * (server/test/kernel/).
 */
interface KernelFixtures {
  /**
   * A different text of page_tables for that kernel. Written before the daemon starts, which rereads it only once a
   * minute.
   */
  readonly tables: string | null;
  readonly guest: GuestKernel;
}

const test = base.extend<KernelFixtures>({
  tables: [null, { option: true }],
  guest: async ({ tables }, use) => {
    const guest = new GuestKernel('amd64-6.1');
    if (tables !== null) guest.write('debug/procmap/page_tables', tables);
    await use(guest);
    guest.dispose();
  },
  visit: async ({ page, guest }, use) => {
    const daemon = await Daemon.start({ env: { PROCMAP_DEBUGFS: guest.where.debugfsRoot } });
    await use(new Visit(page, daemon));
    // An open page would complain that its daemon is gone.
    await page.goto('about:blank');
    await daemon.stop();
  },
});

const TEXT = 0xffffffff81000000n;
const pageOf = (address: bigint): number => Number(address >> 12n);

test('is drawn region by region, by the colour of each', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  await expect(visit.status).toContainText('kernel half: kernel module');
  await visit.page.getByRole('radio', { name: 'Kernel', exact: true }).click();
  await visit.picture.settled();
  for (const [kind, from, to] of [
    ['kernel_text', TEXT, 0xffffffff81e00000n],
    ['kernel_rodata', 0xffffffff82000000n, 0xffffffff82400000n],
    ['direct_map', 0xffff888000200000n, 0xffff888002000000n],
    ['vmemmap', 0xffffea0000000000n, 0xffffea0001000000n],
  ] as const) {
    const y = await visit.picture.within(pageOf(from), pageOf(to));
    expect(await visit.picture.count(y, await visit.picture.colour(`kind-${kind}`)), kind).toBeGreaterThan(200);
  }
  const legend = visit.page.getByTestId('legend');
  for (const label of ['Kernel text', 'Direct map', 'vmalloc', 'vmemmap', 'Kernel modules', 'Fixed kernel areas']) await expect(legend).toContainText(label);
});

test('names its source no sooner than the picture has it', async ({ visit, start }) => {
  const known = await start('known');
  await visit.page.addInitScript(() =>
    new MutationObserver(() => {
      if (document.querySelector('[data-item=kernel]') === null) return;
      document.documentElement.dataset['legend'] ??= document.querySelector('[data-testid=legend]')?.textContent ?? '';
    }).observe(document, { subtree: true, childList: true, characterData: true }),
  );
  await visit.open(known.pid);
  await expect(visit.status).toContainText('kernel half: kernel module');
  expect(await visit.page.evaluate(() => document.documentElement.dataset['legend'])).toContain('Kernel text');
});

test('describes each region and the mappings in it, exact to the byte, with their source', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  await visit.search.fill('ffffffff81000000');
  await visit.search.press('Enter');
  await expect(visit.answer).toHaveText('In text at +0x0.');
  await visit.search.press('Escape');
  await expect(visit.title).toHaveText('text');
  await expect(visit.fact('perms')).toHaveText('r-x');
  await expect(visit.fact('pages')).toHaveText(/^[0-9]+ of 2 MB$/);
  const region = visit.page.getByTestId('inspector-region');
  await expect(region).toContainText('text in kernel image window');
  await expect(region).toContainText('0xffffffff81e01d32');
  await expect(visit.fact('source')).toHaveText('kernel module of procmap');
  await visit.goTo(0xffff800000000000);
  await expect(visit.title).toHaveText('guard hole');
  await expect(region).toContainText('nothing is mapped');
});

test('finds regions by name and by permissions', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  await visit.search.fill('vmemmap');
  await visit.search.press('Enter');
  await expect(visit.title).toHaveText('vmemmap');
  await visit.search.fill('kind:kernel_rodata');
  await expect(visit.verdict).toContainText(/^[1-9]/);
});

test.describe('with more ranges than are shown', () => {
  const place = (i: number): string => `ffff8880${i.toString(16).padStart(5, '0')}000`;
  test.use({ tables: Array.from({ length: 262_145 }, (_, i) => `${place(2 * i)},${place(2 * i + 1)},rwx,4K\n`).join('') });

  test('says on the page what the module could not tell', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    await expect(visit.page.getByTestId('kernel-remark')).toContainText('without the page tables, which have more than 262,144 ranges');
    await expect(visit.page.getByTestId('kernel-alarm')).toHaveCount(0);
  });
});

test.describe('with text that can be written', () => {
  test.use({ tables: 'ffff888000000000,ffff88803e000000,rw-,2M\nffffffff81000000,ffffffff82000000,rwx,2M\n' });

  test('a page that is writable and executable is an alarm', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    const alarm = visit.page.getByTestId('kernel-alarm');
    await expect(alarm).toContainText('16 MB of the kernel writable and executable');
    await visit.search.fill('kind:kernel_text');
    await visit.search.press('Enter');
    await expect(visit.title).toHaveText('text');
    await expect(visit.fact('perms')).toHaveText('rwx');
    await expect(visit.inspector.locator('.access')).toHaveClass(/alarm/);
  });
});

test('is the next source’s when the module goes, without a reload', async ({ visit, guest, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  await expect(visit.status).toContainText('kernel half: kernel module');
  // Nothing is missing, so there is no note.
  await expect(visit.page.getByTestId('kernel-remark')).toHaveCount(0);
  guest.remove('debug/procmap');
  await expect(visit.status).not.toContainText('kernel module', { timeout: 10_000 });
  await expect(visit.status).toContainText(/kernel half: (\/proc\/kcore|inferred|not known)/);
  await expect(visit.page.getByTestId('kernel-remark')).toContainText(/^Kernel half: ./);
  await visit.goTo(0xffff900000000000);
  await expect(visit.page.getByTestId('kernel-note')).not.toBeEmpty();
});

test('can be read at 360 px, light and dark', async ({ visit, start }) => {
  const known = await start('known');
  await visit.page.setViewportSize({ width: 360, height: 740 });
  for (const scheme of ['light', 'dark'] as const) {
    await visit.page.emulateMedia({ colorScheme: scheme });
    await visit.open(known.pid);
    const y = await visit.picture.within(pageOf(0xffff888000200000n), pageOf(0xffff888002000000n));
    expect(await visit.picture.count(y, await visit.picture.colour('kind-direct_map'))).toBeGreaterThan(100);
  }
});
