import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Outcome, outcomesTo, readOutcomes } from './outcome.ts';

export const ROOT = join(import.meta.dirname, '..', '..');
export const REPORTS = join(ROOT, '.cache', 'reports');

/** One runner with its tests, or one check. */
export interface Part {
  readonly name: string;
  /** Arguments of npm run. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its runner reports each test; otherwise the part counts as one. */
  readonly reports: boolean;
  /** All other parts depend on it: if it fails, no more are started. Its short output is printed at once. */
  readonly needed?: true;
}

/** `beside`: another part runs at the same time, so the output is kept until the end. */
export async function run(part: Part, beside: boolean): Promise<Outcome[]> {
  const began = performance.now();
  const title = `\nprocmap: ${part.name}\n`;
  if (!beside && part.needed !== true) process.stdout.write(title);
  const report = join(REPORTS, `${part.name.replaceAll(' ', '-')}.jsonl`);
  const stdio = beside && part.needed !== true ? 'pipe' : 'inherit';
  const [script = '', ...args] = part.args;
  const child = spawn('npm', ['run', '--silent', script, ...(args.length > 0 ? ['--', ...args] : [])], {
    cwd: ROOT,
    stdio: ['ignore', stdio, stdio],
    env: { ...process.env, ...part.env, ...outcomesTo(report) },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  if (stdio === 'pipe') process.stdout.write(title + said);
  const durationMs = performance.now() - began;
  const outcomes = part.reports ? reported(report, part.name, status) : [{ state: stateOf(status), file: '', title: part.name, durationMs } as const];
  const { passed, failed, skipped } = countsOf(outcomes);
  process.stdout.write(`procmap: ${part.name}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${Math.round(durationMs / 1000)} s\n`);
  return outcomes;
}

export function countsOf(outcomes: readonly Outcome[]): { passed: number; failed: number; skipped: number } {
  const count = (state: Outcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** The reported outcomes. Adds a failure if the runner failed, or did not report, without a failed test. */
function reported(path: string, name: string, status: number | null): Outcome[] {
  const failure = (title: string): Outcome => ({ state: 'failed', file: '', title, durationMs: 0 });
  try {
    const outcomes = readOutcomes(path);
    const { passed, failed } = countsOf(outcomes);
    if (passed + failed === 0) return [...outcomes, failure(`${name}: no test ran`)];
    return status === 0 || failed > 0 ? outcomes : [...outcomes, failure(`${name}: ended with status ${status}`)];
  } catch {
    return [failure(`${name}: there is no report`)];
  }
}

function stateOf(status: number | null): 'passed' | 'failed' {
  return status === 0 ? 'passed' : 'failed';
}
