import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * All tests, part after part, each as its own make target runs it; those that need one core each at the same time. Goes on after a part that failed, so that one run tells
 * everything. The last line counts.
 */
const ROOT = join(import.meta.dirname, '..');
const REPORTS = join(ROOT, '.cache', 'reports');

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Part {
  readonly name: string;
  /** Of npm run. */
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  /** Counts of the report that it wrote; null for a check, which is one test. */
  readonly counts: ((report: unknown) => Counts) | null;
}

const vitest = (name: string): Part => ({
  name,
  args: ['--', '--reporter=default', '--reporter=json', `--outputFile.json=${reportOf(name)}`],
  counts: (report) => {
    const { numPassedTests, numFailedTests, numPendingTests, numTotalTestSuites, numFailedTestSuites } = report as Record<string, number | undefined>;
    if (numPassedTests === undefined || numTotalTestSuites === 0) throw new Error('no vitest report');
    // A file that does not even load has no tests to fail.
    const failed = Math.max(numFailedTests ?? 0, (numFailedTestSuites ?? 0) > 0 ? 1 : 0);
    return { passed: numPassedTests, failed, skipped: numPendingTests ?? 0 };
  },
});

/** Of each group the parts run at the same time. */
const GROUPS: readonly (readonly Part[])[] = [
  [
    { name: 'lint', args: [], counts: null },
    { name: 'types', args: [], counts: null },
    { name: 'fuzz', args: ['--', '--seconds=60'], counts: null },
  ],
  [vitest('unit')],
  [vitest('api')],
  [vitest('terminal')],
  [vitest('load')],
  [vitest('guest')],
  [
    {
      name: 'browser',
      args: ['--', '--reporter=list,json'],
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: reportOf('browser') },
      counts: (report) => {
        const { stats } = report as { stats: { expected: number; unexpected: number; flaky: number; skipped: number } };
        return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
      },
    },
  ],
];

function reportOf(name: string): string {
  return join(REPORTS, `${name}.json`);
}

async function run(part: Part, alone: boolean): Promise<Counts> {
  const began = performance.now();
  if (alone) process.stdout.write(`\nprocmap: ${part.name}\n`);
  const child = spawn('npm', ['run', '--silent', part.name, ...part.args], {
    cwd: ROOT,
    stdio: ['ignore', alone ? 'inherit' : 'pipe', alone ? 'inherit' : 'pipe'],
    env: { ...process.env, ...part.env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (!alone) process.stdout.write(`\nprocmap: ${part.name}\n${said}`);
  let counts: Counts = { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  if (part.counts !== null) {
    try {
      const { passed, failed, skipped } = part.counts(JSON.parse(readFileSync(reportOf(part.name), 'utf8')));
      counts = { passed, failed: Math.max(failed, counts.failed), skipped };
    } catch {
      counts = { passed: 0, failed: 1, skipped: 0 };
    }
  }
  const { passed, failed, skipped } = counts;
  process.stdout.write(`procmap: ${part.name}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${Math.round((performance.now() - began) / 1000)} s\n`);
  return counts;
}

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const all: Counts[] = [];
for (const group of GROUPS) all.push(...(await Promise.all(group.map((part) => run(part, group.length === 1)))));
const sum = (key: keyof Counts): number => all.reduce((total, counts) => total + counts[key], 0);
process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
