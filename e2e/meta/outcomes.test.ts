import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Outcome, outcomesTo, readOutcomes } from '../run/outcome.ts';
import { countsOf, ROOT } from '../run/part.ts';
import { REST } from '../run/parts.ts';
import { summary } from '../run/summary.ts';

/** A runner starts in a second or two, and in half a minute on a busy machine. */
const TIME_LIMIT_MS = 120_000;

/** The runners' reports of tests that pass, fail, are skipped, or never run. */
const CACHE = join(ROOT, '.cache');
mkdirSync(CACHE, { recursive: true });
const folder = mkdtempSync(join(CACHE, 'outcomes-'));
afterAll(() => rmSync(folder, { recursive: true }));

function outcomesOf(runner: string, args: readonly string[]): Outcome[] {
  const path = join(folder, `${runner}.jsonl`);
  spawnSync(join(ROOT, 'node_modules/.bin', runner), args, { cwd: ROOT, env: { ...process.env, ...outcomesTo(path), VITEST: undefined } });
  return readOutcomes(path).filter(({ state }) => state !== 'setup');
}

function brief(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ state, title, reason }) => [state, title, ...(reason === undefined ? [] : [reason])].join(', ')).sort();
}

it('of vitest: each test, with the reason if it is skipped; a failed hook or file is a failure', { timeout: TIME_LIMIT_MS }, () => {
  writeFileSync(join(folder, 'vitest.config.js'), `export default { test: { include: ['*.test.js'] } };`);
  writeFileSync(
    join(folder, 'some.test.js'),
    `import { beforeAll, describe, expect, it } from 'vitest';
    it('passes', () => {});
    it('fails', () => expect(1).toBe(2));
    it('is skipped', ({ skip }) => skip('no such kernel'));
    describe('behind a hook that fails', () => {
      beforeAll(() => { throw new Error('hook'); });
      it('never runs', () => {});
    });`,
  );
  writeFileSync(join(folder, 'broken.test.js'), `throw new Error('does not load');`);
  const outcomes = outcomesOf('vitest', ['run', '--root', folder, '--reporter', join(ROOT, 'e2e/run/vitest-reporter.ts')]);
  expect(brief(outcomes)).toEqual([
    'failed, fails',
    'failed, the file, or what it does before its tests',
    'failed, the file, or what it does before its tests',
    'passed, passes',
    'skipped, behind a hook that fails > never runs',
    'skipped, is skipped, no such kernel',
  ]);
  expect(countsOf(outcomes)).toEqual({ passed: 1, failed: 3, skipped: 2 });
});

it('of Playwright: the same', { timeout: TIME_LIMIT_MS }, () => {
  writeFileSync(join(folder, 'playwright.config.js'), `export default { testMatch: '*.spec.js', workers: 1 };`);
  writeFileSync(
    join(folder, 'some.spec.js'),
    `import { expect, test } from '@playwright/test';
    test('passes', () => {});
    test('fails', () => expect(1).toBe(2));
    test.describe('a group', () => {
      test('is skipped', () => test.skip(true, 'no such screen'));
    });`,
  );
  const outcomes = outcomesOf('playwright', [
    'test',
    '--config',
    join(folder, 'playwright.config.js'),
    `--reporter=${join(ROOT, 'e2e/run/playwright-reporter.ts')}`,
  ]);
  expect(brief(outcomes)).toEqual(['failed, fails', 'passed, passes', 'skipped, a group > is skipped, no such screen']);
});

it('the summary lists the slowest first, then skipped tests with reasons, and counts last', () => {
  const outcomes: Outcome[] = [
    { state: 'passed', file: 'a.test.ts', title: 'quick', durationMs: 1 },
    { state: 'passed', file: 'a.test.ts', title: 'slow', durationMs: 12_345 },
    { state: 'skipped', file: 'b.test.ts', title: 'not here', durationMs: 0, reason: 'not root' },
    { state: 'failed', file: '', title: 'lint', durationMs: 2000 },
    { state: 'setup', file: 'b.test.ts', title: 'before and after its tests', durationMs: 7000 },
  ];
  const lines = [...summary(outcomes)];
  expect(lines.filter((line) => / s {2}/.test(line)).slice(0, 3)).toEqual([
    '    12.3 s  a.test.ts > slow',
    '     7.0 s  b.test.ts > before and after its tests',
    '     2.0 s  lint',
  ]);
  expect(lines).toContain('  b.test.ts > not here: not root');
  expect(lines.at(-1)).toBe('2 passed, 1 failed, 1 skipped');
});

it('slow tests are where make test-rest looks for them', () => {
  const slow = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.slow.test.ts') && !path.includes('node_modules'));
  expect(slow.length).toBeGreaterThan(0);
  const parts = REST.flat(2).map(({ args }) => args[0]);
  for (const path of slow) expect(parts, path).toContain(/^e2e\/([a-z]+)\//.exec(path)?.[1]);
});
