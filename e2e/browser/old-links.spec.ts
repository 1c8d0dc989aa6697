import { OLD_LINKS } from '../played/old-links.ts';
import { Stage } from '../played/stage.ts';
import { Picture } from './picture.ts';
import { expect, test } from './test.ts';

test.use({ viewport: { width: 1440, height: 900 }, contextOptions: { reducedMotion: 'reduce' } });

test('links of before the kernel half could be closed lead to the same addresses', async ({ page }) => {
  const stage = await Stage.on(page);
  const picture = new Picture(page);
  const inSight = async (): Promise<readonly number[]> => {
    await picture.settled();
    const { firstPage, lastPage } = await picture.view();
    return [firstPage, lastPage];
  };
  const rewritten: string[] = [];
  for (const { at, link, inSight: then } of OLD_LINKS) {
    await page.goto('about:blank');
    await stage.open({}, link);
    expect(await inSight(), at).toEqual(then);
    rewritten.push(new URL(page.url()).hash);
  }
  // The links that the page writes in their place lead there too.
  for (const [i, { at, inSight: then }] of OLD_LINKS.entries()) {
    await page.evaluate((hash) => (location.hash = hash), rewritten[i] ?? '');
    await expect.poll(inSight, at).toEqual(then);
  }
});
