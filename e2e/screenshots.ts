import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContextOptions, chromium } from '@playwright/test';
import { CHROMIUM, FLAGS } from './bench/page/browser.ts';
import { Picture } from './browser/picture.ts';
import { README_SCENES } from './played/readme-scenes.ts';
import { Stage } from './played/stage.ts';

/**
 * make screenshots: creates the pictures of README.md from recorded data of a real process and kernel, with nothing
 * private in it.
 */
const FOLDER = join(import.meta.dirname, '..', 'web', 'pictures');

const CONTEXT: BrowserContextOptions = {
  deviceScaleFactor: 1,
  colorScheme: 'light',
  reducedMotion: 'reduce',
  timezoneId: 'UTC',
  locale: 'en-GB',
};

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  for (const { name, context: own, play, crop } of README_SCENES) {
    const context = await browser.newContext({ ...CONTEXT, ...own });
    const page = await context.newPage();
    await play(await Stage.on(page));
    await new Picture(page).settled();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(FOLDER, `${name}.png`), ...(crop === undefined ? {} : { clip: crop }) });
    process.stderr.write(`screenshots: web/pictures/${name}.png\n`);
    await context.close();
  }
} finally {
  await browser.close();
}
