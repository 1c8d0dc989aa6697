import { fetchFrom } from '../http.ts';
import { expect, test } from './test.ts';

/**
 * The page runs its own code, loads its own files, and sends requests to nobody else. Every test here fails on a
 * complaint of the browser; this one provokes them.
 */
test('a visit to all parts breaks no rule of the page’s own policy', { tag: '@main' }, async ({ visit, start, complaints }) => {
  const { page } = visit;
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  const known = await start('known');
  await visit.open(known.pid);
  await visit.choose('Theme', 'Light');
  await visit.choose('Rate: 1 Hz', '2 times a second');
  const download = page.waitForEvent('download');
  await visit.choose('Export', 'Picture');
  for (const format of ['SVG', 'PNG']) await page.getByRole('radio', { name: format }).check({ force: true });
  await expect(page.getByTestId('share-preview')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await download;
  await page.keyboard.press('Escape');
  await visit.search.fill('w+x');
  await visit.search.press('Enter');
  await page.getByRole('button', { name: 'Keys' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('radio', { name: 'Linear' }).click();
  await visit.picture.settled();
  expect(complaints).toEqual([]);
  hosts.delete('');
  expect([...hosts]).toEqual([new URL(page.url()).host]);
});

test('the rules are there, and hold', async ({ visit, daemon, complaints }) => {
  const { page } = visit;
  await visit.open();
  const { headers } = await fetchFrom(daemon.origin, '/');
  const policy = headers.get('content-security-policy') ?? '';
  for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
    expect(policy).toContain(rule);
  expect(Object.fromEntries(headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  });
  // Attempts of an attacker who has injected markup.
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<img src="http://example.invalid/x"><p onclick="window.hit = 1" id="trap">x</p>');
    document.getElementById('trap')?.click();
  });
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  await expect.poll(() => complaints.filter((complaint) => complaint.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(2);
  expect(complaints.filter((complaint) => complaint.startsWith('request to'))).toEqual([]);
  complaints.length = 0;
});
