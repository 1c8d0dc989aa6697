import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContextOptions, chromium } from '@playwright/test';
import { CHROMIUM, FLAGS } from './bench/browser.ts';
import { Picture } from './browser/picture.ts';
import { SCENES } from './played/scenes.ts';
import { Stage } from './played/stage.ts';

/** make screenshots: the pictures of README.md, from what a real process and kernel once said, with nothing in it that anybody would mind to show. */
const FOLDER = join(import.meta.dirname, '..', 'web', 'pictures');

/** Pictures by the scene that they show. */
const PICTURES: Readonly<Record<string, string>> = {
  map: 'whole-space',
  selected: 'selected',
  'colours-by-permissions': 'permissions',
  table: 'table',
};

const CONTEXT: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  deviceScaleFactor: 1,
  colorScheme: 'dark',
  reducedMotion: 'reduce',
  timezoneId: 'UTC',
  locale: 'en-GB',
};

mkdirSync(FOLDER, { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
try {
  for (const [name, file] of Object.entries(PICTURES)) {
    const scene = SCENES.find((each) => each.name === name);
    if (scene === undefined) throw new Error(`there is no scene ${name}`);
    const context = await browser.newContext({ ...CONTEXT, ...scene.context });
    const page = await context.newPage();
    await scene.play(await Stage.on(page));
    await new Picture(page).settled();
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(FOLDER, `${file}.png`) });
    process.stderr.write(`screenshots: web/pictures/${file}.png\n`);
    await context.close();
  }
} finally {
  await browser.close();
}
