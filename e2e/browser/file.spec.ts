import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fixture } from '../fixtures/fixture.ts';
import { expect, test } from './test.ts';

function buildIdOf(file: string): string {
  return /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-n', file], { encoding: 'utf8' }))?.[1] ?? '';
}

test('the inspector describes the file at a mapping’s path, once it is opened', { tag: '@main' }, async ({ visit }) => {
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
    const newId = page.getByTestId('new-build-id');
    await expect(newId).toHaveCount(0);
    copyFileSync('/bin/true', `${file}.new`);
    renameSync(`${file}.new`, file);
    await section.getByRole('button', { name: 'Look again' }).click();
    await expect(section).toContainText('another file');
    // The running program's build id is still shown, since the kernel can still open it.
    await expect(page.getByTestId('build-id')).toHaveText(buildIdOf('/bin/cat'));
    await expect(newId).toHaveText(buildIdOf(file));
    await expect(section.getByRole('term').filter({ hasText: 'New build ID' })).toBeVisible();
    // A copy is another file of the same build.
    copyFileSync('/bin/cat', `${file}.new`);
    renameSync(`${file}.new`, file);
    await section.getByRole('button', { name: 'Look again' }).click();
    await expect(newId).toHaveText(buildIdOf('/bin/cat'));
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

test('the inspector says why the build ID of a mapped file that was replaced is not known', async ({ visit }) => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'procmap-file-'));
  const file = join(folder, 'library');
  copyFileSync('/bin/cat', file);
  const subject = await Fixture.start('mapped', file);
  try {
    copyFileSync('/bin/true', `${file}.new`);
    renameSync(`${file}.new`, file);
    await visit.open(subject.pid);
    await visit.search.fill(file);
    await visit.search.press('Enter');
    await expect(visit.page.getByTestId('file-on-disk')).toContainText('another file');
    await expect(visit.page.getByTestId('build-id')).toContainText('not known');
    await expect(visit.page.getByTestId('file-unread')).toHaveText(
      /^Not known: the mapped file cannot be opened by its path; .* needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN/,
    );
  } finally {
    await subject.stop();
    rmSync(folder, { recursive: true });
  }
});

const SOURCE = `#include <stdio.h>
#include <unistd.h>
int marker(int n)
{
	return n * 3;
}
int main(void)
{
	printf("%p\\n", (void *)marker);
	fflush(stdout);
	getchar();
	return marker(1);
}
`;

for (const [kind, flags] of [
  ['a position-independent program', ['-pie', '-fPIE']],
  ['a program at fixed addresses', ['-no-pie']],
] as const)
  test(`the line for addr2line finds the located function in ${kind}, whatever its name`, async ({ visit }) => {
    const folder = join(mkdtempSync(join(realpathSync(tmpdir()), 'procmap-file-')), "it's $HOME");
    mkdirSync(folder);
    const file = join(folder, 'marked');
    writeFileSync(`${file}.c`, SOURCE);
    execFileSync('gcc', ['-g', '-O0', ...flags, '-o', file, `${file}.c`]);
    const child = spawn(file, { stdio: ['pipe', 'pipe', 'inherit'] });
    try {
      const [address] = (await once(child.stdout, 'data')) as [Buffer];
      await visit.open(child.pid);
      const line = visit.page.getByTestId('addr2line');
      const tells = async (): Promise<string> => execFileSync('sh', ['-c', `${(await line.textContent()) ?? ''} -f`], { encoding: 'utf8' });
      await visit.search.fill(address.toString().trim());
      await visit.search.press('Enter');
      await expect(line).toContainText('addr2line -e ');
      expect(await tells()).toMatch(/^marker\n.*marked\.c:4/);
      if (process.getuid?.() !== 0) return;
      // After deletion it is still accessible through its mapping.
      rmSync(file);
      await visit.page.getByRole('button', { name: 'Look again' }).click();
      await expect(line).toContainText('map_files');
      expect(await tells()).toMatch(/^marker\n.*marked\.c:4/);
    } finally {
      child.kill('SIGKILL');
      rmSync(join(folder, '..'), { recursive: true });
    }
  });
