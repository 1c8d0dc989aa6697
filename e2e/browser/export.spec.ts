import { readFile } from 'node:fs/promises';
import { expect, test } from './test.ts';

/** Exports of the page's data. */
test('as JSON, the map equals the API’s', async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const download = visit.page.waitForEvent('download');
  await visit.choose('Export', 'Whole map');
  const file = await download;
  expect(file.suggestedFilename()).toBe(`procmap-known-${known.pid}.json`);
  const saved = JSON.parse(await readFile(await file.path(), 'utf8')) as Record<string, unknown>;
  const answer = await daemon.json<Record<string, unknown>>(`/api/processes/${known.pid}/map`);
  expect({ ...saved, taken_at: '' }).toEqual({ ...answer, taken_at: '' });
});

test('a long export shows its progress, and is saved completely', async ({ visit, start }) => {
  const many = await start('many', '30000');
  await visit.open(many.pid);
  const network = await visit.page.context().newCDPSession(visit.page);
  // 12 MB in some two seconds.
  await network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: 6e6, uploadThroughput: 6e6 });
  const download = visit.page.waitForEvent('download');
  await visit.choose('Export', 'Whole map');
  await expect(visit.page.getByTestId('toast')).toHaveText(/^Saving: [\d.]+ MB so far…$/);
  await expect(visit.page.getByTestId('toast')).toHaveText('Saved.');
  const { regions } = JSON.parse(await readFile(await (await download).path(), 'utf8')) as { regions: unknown[] };
  expect(regions.length).toBeGreaterThan(30_000);
});

test('as CSV, the maps and the kernel half equal the API’s, also after the process has ended', async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const save = async (option: string): Promise<{ name: string; text: string }> => {
    const download = visit.page.waitForEvent('download');
    await visit.choose('Export', option);
    const file = await download;
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
  };
  const maps = await (await daemon.get(`/api/processes/${known.pid}/maps.csv`)).text();
  const kernel = await (await daemon.get('/api/kernel.csv')).text();
  expect(maps.split('\r\n').length).toBeGreaterThan(known.mappings.length);
  // The names in it are as hostile as they get.
  expect(maps).toContain('\\u{202e}');
  // What ELF files tell comes a moment after the map.
  await expect(async () => expect(await save('User half')).toEqual({ name: `procmap-known-${known.pid}-maps.csv`, text: maps })).toPass();
  expect((await save('Kernel half')).name).toBe('procmap-kernel.csv');
  expect(kernel).toContain('"kernel"');
  expect(spansOf((await save('Kernel half')).text)).toEqual(spansOf(kernel));
  await known.stop();
  await expect(visit.banner).toBeVisible();
  expect((await save('User half')).text).toBe(maps);
});

/**
 * The header, and the extent of the files: [vsyscall], which belongs to the process, splits the kernel half in its map.
 */
function spansOf(csv: string): string[] {
  const [header = '', ...rows] = csv.trim().split('\r\n');
  const ends = rows.map((row) => /0x[0-9a-f]+,0x[0-9a-f]+/.exec(row)?.[0].split(',') ?? []);
  return [header, ends[0]?.[1] ?? '', ends.at(-1)?.[0] ?? ''];
}

test.describe(() => {
  test.use({ tolerated: /404 \(Not Found\)/ });

  test('says why it cannot, when the process is gone', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    await known.stop();
    await expect(visit.banner).toBeVisible();
    await visit.choose('Export', 'Whole map');
    const notice = visit.page.getByTestId('notice');
    await expect(notice).toContainText(`There is no process ${known.pid}.`);
    await notice.getByRole('button', { name: 'Close this message' }).click();
    await expect(notice).toBeHidden();
  });
});
