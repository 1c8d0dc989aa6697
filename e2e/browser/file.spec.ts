import { copyFileSync, mkdtempSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './test.ts';

test('the inspector of a mapped file says what lies at its path, once it is opened', { tag: '@main' }, async ({ visit }) => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'procmap-file-'));
  const file = join(folder, 'program');
  copyFileSync('/bin/cat', file);
  const child = spawn(file, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    child.stdin.write('up\n');
    await once(child.stdout, 'data');
    const asked: string[] = [];
    visit.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const asks = (): number => asked.filter((path) => path.endsWith('/file')).length;
    await visit.open(child.pid);
    const { page } = visit;
    expect(asks()).toBe(0);
    await visit.search.fill(file);
    await visit.search.press('Enter');
    const section = page.getByTestId('file-on-disk');
    await expect(section).toContainText('the same file');
    await expect(page.getByTestId('build-id')).toHaveText(/^[0-9a-f]{40}$/);
    expect(asks()).toBe(1);
    copyFileSync('/bin/true', `${file}.new`);
    renameSync(`${file}.new`, file);
    await section.getByRole('button', { name: 'Look again' }).click();
    await expect(section).toContainText('another file');
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
