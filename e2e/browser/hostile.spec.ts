import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { escapeBytes } from '@procmap/shared/text/escape.ts';
import { HIDDEN, HOSTILE_COMMS, hostileArguments } from '../fixtures/hostile-names.ts';
import { expect, test } from './test.ts';

/**
 * A process with hostile names for itself and everything it has, in the page. Errors on the console and violations of
 * the page's policy fail each test.
 */
let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'procmap-hostile-'));
});
test.afterEach(() => rmSync(folder, { recursive: true }));

/** No visible text, announcement or attribute contains hidden or text-reversing characters, and no injected code has run. */
async function expectHarmless(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const attributes = Array.from(document.querySelectorAll('*'), (element) => Array.from(element.attributes, ({ value }) => value)).flat();
    const elements = document.querySelectorAll(
      'img:not([src^="blob:"]), iframe, object, embed, script:not([src]), style:not([nonce]), [onerror], [onload], a[href^="javascript"]',
    ).length;
    return { text: [document.title, document.body.innerText, ...attributes].join('\n'), elements, pwned: 'pwned' in window };
  });
  expect(HIDDEN.exec(found.text.replaceAll(/[\n\t]/g, ''))?.[0]).toBeUndefined();
  expect([found.elements, found.pwned]).toEqual([0, false]);
}

for (const comm of HOSTILE_COMMS.slice(0, 6)) {
  test(`a process called ${escapeBytes(comm)} is itself, and nothing in it runs`, async ({ visit, start, page }) => {
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const violations: string[] = [];
    await page.exposeFunction('noteViolation', (what: string) => violations.push(what));
    await page.addInitScript('document.addEventListener("securitypolicyviolation", (event) => window.noteViolation(event.violatedDirective))');
    const hostile = await start('hostile', ...hostileArguments(comm, folder));
    await visit.open(hostile.pid);
    await visit.mapped();
    const shown = escapeBytes(comm);
    // The program's name, whatever the process calls itself.
    await expect(page).toHaveTitle(`hostile ${hostile.pid} · procmap`);
    await expect(visit.row(hostile.pid)).toContainText(shown);
    await expectHarmless(page);

    await page.keyboard.press('t');
    await expectHarmless(page);
    await page.keyboard.press('t');
    for (const query of ['img', 'name:"script"', '=1', String.raw`\u{202e}`, 'kind:shmem', '"']) {
      await visit.search.fill(query);
      await expectHarmless(page);
    }
    await visit.search.fill('onerror');
    await visit.search.press('Enter');
    await expect(visit.title).toContainText('onerror');
    await expectHarmless(page);
    expect([dialogs, violations]).toEqual([[], []]);
  });
}

test('a picture of it is a picture: SVG without script, markup or hidden text of its own', async ({ visit, start, page }) => {
  const hostile = await start('hostile', ...hostileArguments(HOSTILE_COMMS[3] ?? Buffer.alloc(0), folder));
  await visit.open(hostile.pid);
  await visit.search.fill('memfd');
  await visit.search.press('Enter');
  await visit.search.press('Escape');
  await visit.choose('Export', 'Picture');
  await page.getByRole('radio', { name: 'SVG' }).check({ force: true });
  await page.getByRole('switch', { name: /Real addresses/ }).click();
  await expect(page.getByTestId('share-preview')).toBeVisible();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save' }).click();
  const svg = readFileSync(await (await downloading).path(), 'utf8');
  expect(svg).toContain('memfd');
  expect(svg).not.toMatch(/<script|<foreignObject|<image[^>]*href="(?!data:)|\son[a-z]+=|javascript:/i);
  expect(HIDDEN.exec(svg.replaceAll(/[\n\t]/g, ''))?.[0]).toBeUndefined();
  const problem = await page.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')?.textContent ?? null, svg);
  expect(problem).toBeNull();
  await expectHarmless(page);
});
