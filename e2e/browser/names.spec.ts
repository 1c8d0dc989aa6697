import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './test.ts';
import { hex } from './visit.ts';

/** Names that a process chose: shown as they are, visibly, and nothing in them does anything. */
test('hostile ones are shown escaped, and nothing runs', async ({ visit, start }) => {
  const folder = mkdtempSync(join(tmpdir(), 'procmap-hostile-'));
  try {
    const known = await start('known', folder);
    const dialogs: string[] = [];
    visit.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await visit.open(known.pid);
    const shown: string[] = [];
    const named = known.mappings.filter(({ name }) => name === 'file' || name === 'memfd');
    for (const { start: address } of named) {
      await visit.search.fill(hex(address));
      await visit.search.press('Enter');
      await expect(visit.fact('start')).toHaveText(hex(address));
      shown.push(await visit.title.innerText());
      // Its neighbours and the whole page as well.
      const text = await visit.page.locator('body').innerText();
      expect(text).not.toMatch(/\p{Cf}/u);
      expect(text).not.toContain('\u001b');
    }
    for (const name of [
      '/memfd:with spaces  and, commas (deleted)',
      '/memfd:esc\\x1b[31mred (deleted)',
      '/memfd:bidi\\u{202e}txt.exe (deleted)',
      '/memfd:invalid\\xff\\xfeutf8 (deleted)',
      '/memfd:tab\\there (deleted)',
      '/memfd:<img src=x onerror=alert(1)> (deleted)',
      `${folder}/<img src=x onerror=alert(1)>`,
      `${folder}/new\\nline`,
      `${folder}/[heap]`,
    ])
      expect(shown.map((text) => text.replaceAll('\u00a0', ' '))).toContain(name);
    expect(dialogs).toEqual([]);
    expect(await visit.page.locator('img, script:not([src])').count()).toBe(0);
    // They can be searched for as they are shown.
    await visit.search.fill('bidi\\u{202e}txt');
    await expect(visit.verdict).toHaveText('2');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
