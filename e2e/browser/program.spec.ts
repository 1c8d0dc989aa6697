import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { arch, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from './test.ts';
import type { Visit } from './visit.ts';

/** The program of a process, its libraries and the machine: shown on request, and requested only then. */
const VERSION = (JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as { version: string }).version;

function parts(visit: Visit) {
  const { page } = visit;
  return {
    button: page.getByRole('button', { name: 'Program', exact: true }),
    program: page.getByTestId('program'),
    libraries: page.getByTestId('libraries'),
    fact: (term: string) =>
      page
        .getByTestId('program')
        .locator('dl > div', { has: page.getByText(term, { exact: true }) })
        .locator('dd'),
  };
}

test('opens by keyboard, and describes the program, the machine and procmap', async ({ visit, start }) => {
  const known = await start('known');
  const asked: string[] = [];
  visit.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const programs = (): number => asked.filter((path) => path.endsWith('/program')).length;
  await visit.open(known.pid);
  const { button, program, fact } = parts(visit);
  await expect(button).toHaveAttribute('aria-expanded', 'false');
  await expect(program).toBeHidden();
  expect(programs()).toBe(0);
  await button.press('Enter');
  await expect(button).toHaveAttribute('aria-expanded', 'true');
  await expect(fact('Executable')).toHaveText(readlinkSync(`/proc/${known.pid}/exe`));
  await expect(fact('Type')).toHaveText(/^ELF 64-bit, .*dynamically linked$/);
  await expect(fact('Interpreter')).toHaveText(/^\/lib.*\/ld-linux.*\.so/);
  await expect(fact('Kernel')).toHaveText(`${release()}, ${arch() === 'arm64' ? 'aarch64' : 'x86_64'}`);
  await expect(fact('Pages')).toHaveText(/^4 KB, [45] levels of page tables$/);
  await expect(fact('procmap')).toHaveText(VERSION);
  // Requested once, however often it is opened.
  await button.press('Space');
  await expect(program).toBeHidden();
  await button.click();
  await expect(fact('Type')).toHaveText(/^ELF/);
  expect(programs()).toBe(1);
  // The help shows the version too.
  await visit.page.keyboard.press('?');
  await expect(visit.page.getByTestId('help')).toContainText(`procmap ${VERSION}`);
});

test('lists the libraries as they are mapped, and leads to them', async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { button, libraries } = parts(visit);
  await button.click();
  const { regions } = await daemon.json<{ regions: { name: string; start: string; kind: string }[] }>(`/api/processes/${known.pid}/map`);
  const names = [...new Set(regions.filter(({ kind, name }) => kind === 'text' && name.startsWith('/')).map(({ name }) => name))];
  expect(names.length).toBeGreaterThan(2);
  await expect(libraries.getByRole('button')).toHaveCount(names.length);
  await expect(libraries).toContainText('known');
  const libc = names.find((name) => name.includes('libc.so')) ?? '';
  const entry = libraries.getByRole('button', { name: libc.slice(libc.lastIndexOf('/') + 1) });
  await expect(entry).toHaveAttribute('title', libc);
  await entry.click();
  await expect(visit.title).toHaveText(libc);
  await expect(visit.fact('start')).toHaveText(regions.findLast(({ name }) => name === libc)?.start ?? '');
  await visit.picture.settled();
  const page = Number(BigInt(await visit.fact('start').innerText()) >> 12n);
  const y = await visit.picture.yOf(page);
  expect(y > 0 && y <= (await visit.picture.height())).toBe(true);
  // Back in the list, at the same scroll position.
  await visit.page.mouse.move(1, 1);
  await visit.page.keyboard.press('Escape');
  await expect(entry).toBeInViewport();
});

test('is asked for again after an exec', async ({ visit }) => {
  const shell = spawn('sh', ['-c', 'echo up; read line; exec sleep 1000'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    await once(createInterface({ input: shell.stdout }), 'line');
    await visit.open(shell.pid);
    const { button, fact } = parts(visit);
    await button.click();
    await expect(fact('Executable')).toHaveText(/dash|bash/);
    shell.stdin.write('\n');
    await expect(fact('Executable')).toHaveText(/\/sleep$|\/coreutils$/);
  } finally {
    shell.kill('SIGKILL');
  }
});

test('shows a hostile name, and obeys none of it', async ({ visit }) => {
  const folder = mkdtempSync(join(tmpdir(), 'procmap-program-'));
  const path = join(folder, 'esc\u001b[31m\u202e<img src=x onerror=alert(1)>');
  copyFileSync(join(import.meta.dirname, '..', 'fixtures', 'bin', 'known'), path);
  const child = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('ready')) break;
    await visit.open(child.pid);
    const { button, fact, libraries } = parts(visit);
    await button.click();
    const escaped = `esc\\x1b[31m\\u{202e}<img src=x onerror=alert(1)>`;
    await expect(fact('Executable')).toHaveText(`${folder}/${escaped}`);
    await expect(libraries).toContainText(escaped);
    expect(await visit.page.locator('img').count()).toBe(0);
    // The long text wraps, so nothing scrolls sideways.
    expect(await visit.inspector.locator('.scroll').evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});

test.describe(() => {
  test.use({ tolerated: /404 \(Not Found\)/ });

  test('says so when it is too late to ask', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    await known.stop();
    await expect(visit.banner).toBeVisible();
    const { button, program, libraries } = parts(visit);
    await button.click();
    await expect(program.getByRole('status')).toContainText(`There is no process ${known.pid}.`);
    // Its libraries are those of its last map.
    await expect(libraries).toContainText('libc.so');
  });
});
