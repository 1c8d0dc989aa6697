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

test('links say which pages are in sight, and show these also where heights are others than then', async ({ page }) => {
  const stage = await Stage.on(page);
  const picture = new Picture(page);
  for (const { at, link, inSight: then } of OLD_LINKS) {
    const zoom = Number(/&zoom=([0-9.]+)/.exec(link)?.[1]);
    if (Number.isNaN(zoom)) continue;
    // As if the whole had been three times as high, in heights of the view.
    const told = `${link.replace(/&zoom=[0-9.]+/, `&zoom=${3 * zoom}`)}&see=${then.map((each) => each.toString(16)).join('-')}`;
    await page.goto('about:blank');
    await stage.open({}, told);
    await picture.settled();
    const { firstPage, lastPage } = await picture.view();
    const [lowest, end] = then;
    // Where many pages share a pixel, one more may be in sight.
    const few = (end - lowest) / 1000;
    expect(Math.abs(firstPage - lowest), at).toBeLessThanOrEqual(few);
    expect(Math.abs(lastPage - end), at).toBeLessThanOrEqual(few);
    expect(new URL(page.url()).hash).toMatch(/&see=[0-9a-f]+-[0-9a-f]+(&|$)/);
  }
});
