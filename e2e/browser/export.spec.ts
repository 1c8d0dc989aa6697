import { readFile } from 'node:fs/promises';
import { expect, test } from './test.ts';

/** What is on the page can be taken along. */
test('as JSON, the map as the API tells it, and as PNG, the picture as it stands', async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const download = visit.page.waitForEvent('download');
  await visit.choose('Export', 'Map');
  const file = await download;
  expect(file.suggestedFilename()).toBe(`procmap-known-${known.pid}.json`);
  const saved = JSON.parse(await readFile(await file.path(), 'utf8')) as Record<string, unknown>;
  const answer = await daemon.json<Record<string, unknown>>(`/api/processes/${known.pid}/map`);
  expect({ ...saved, taken_at: '' }).toEqual({ ...answer, taken_at: '' });

  const picture = visit.page.waitForEvent('download');
  await visit.choose('Export', 'Diagram');
  const image = await picture;
  expect(image.suggestedFilename()).toBe(`procmap-known-${known.pid}.png`);
  const png = await readFile(await image.path());
  const size = await visit.picture.canvas.evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.height]);
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(size);
  // And it is a picture of something.
  expect(png.length).toBeGreaterThan(5000);
});

test.describe(() => {
  test.use({ tolerated: /404 \(Not Found\)/ });

  test('says why it cannot, when the process is gone', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    await known.stop();
    await expect(visit.banner).toBeVisible();
    await visit.choose('Export', 'Map');
    const notice = visit.page.getByTestId('notice');
    await expect(notice).toContainText(`There is no process ${known.pid}.`);
    await notice.getByRole('button', { name: 'Close this message' }).click();
    await expect(notice).toBeHidden();
  });
});
