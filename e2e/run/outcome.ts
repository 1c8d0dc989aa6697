import { appendFileSync, readFileSync } from 'node:fs';

/** What became of one test, or of what a file did before its tests (`setup`). */
export interface Outcome {
  readonly state: 'passed' | 'failed' | 'skipped' | 'setup';
  /** From the checkout's top. */
  readonly file: string;
  readonly title: string;
  readonly durationMs: number;
  /** Why it was skipped, where the test says so. */
  readonly reason?: string | undefined;
}

/** Where the reporters write to: a line of JSON for each outcome. */
const VARIABLE = 'PROCMAP_TEST_OUTCOMES';

export function outcomesTo(path: string): Record<string, string> {
  return { [VARIABLE]: path };
}

/** Nothing when nobody asked for it. */
export function report(outcomes: readonly Outcome[]): void {
  const path = process.env[VARIABLE];
  if (path !== undefined) appendFileSync(path, outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''));
}

/** Throws when there is no report: the runner did not get as far as that. */
export function readOutcomes(path: string): Outcome[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Outcome);
}
