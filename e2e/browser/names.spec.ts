import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeProc } from '../../server/test/fake-proc.ts';
import { Daemon } from '../daemon.ts';
import { expect, test } from './test.ts';
import { hex, Visit } from './visit.ts';

/** Names chosen by a process: shown exactly and visibly, without any effect. */
test('hostile ones are shown escaped, and nothing runs', { tag: '@main' }, async ({ visit, start }) => {
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

test('a very long one leaves room for the facts, and is shown whole on request', async ({ page }) => {
  const path = `/begin${`/${'deep'.repeat(10)}`.repeat(59)}/the-end.so`;
  expect(path.length).toBeGreaterThan(2400);
  const proc = new FakeProc();
  proc.write(7, { comm: 'long', maps: `7f0000400000-7f0000403000 r-xp 00000000 fe:00 77 ${path}\n` });
  const daemon = await Daemon.start({ env: { PROCMAP_PROC: proc.root } });
  try {
    const visit = new Visit(page, daemon);
    await visit.open(7);
    await visit.search.fill('0x7f0000400000,1000');
    await visit.search.press('Enter');
    await visit.search.press('Escape');
    await expect(visit.fact('start')).toHaveText(hex(0x7f0000400000));
    await expect(visit.title).toHaveText(/^\/begin\/deep.*…deep.*\/the-end\.so$/);
    await expect(visit.title).toHaveAttribute('title', path);
    expect((await visit.title.boundingBox())?.height).toBeLessThan(120);
    for (const name of ['start', 'end', 'size', 'perms']) await expect(visit.fact(name)).toBeInViewport({ ratio: 1 });
    await expect(visit.inspector.getByRole('button', { name: 'Zoom to it' })).toBeInViewport({ ratio: 1 });

    await visit.inspector.getByRole('button', { name: 'Show all' }).click();
    await expect(visit.title).toHaveText(path);
    // Even then the facts stay close.
    await expect(visit.fact('size')).toBeInViewport({ ratio: 1 });
    await visit.inspector.getByRole('button', { name: 'Show less' }).click();
    await expect(visit.title).toHaveText(/…/);

    // The search's answer is short as well.
    await visit.search.fill('0x7f0000400000');
    await expect(visit.answer).toHaveText(/^In \/begin\/deep.*…deep.*\/the-end\.so at \+0x0, file offset 0x0\.$/);
  } finally {
    // Close the page first, or it complains about its daemon.
    await page.close();
    await daemon.stop();
    proc.dispose();
  }
});
