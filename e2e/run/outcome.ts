import { appendFileSync, readFileSync } from 'node:fs';

/** Result of one test, or of a file's code before its tests (`setup`). */
export interface Outcome {
  readonly state: 'passed' | 'failed' | 'skipped' | 'setup';
  /** Path from the top of the checkout. */
  readonly file: string;
  readonly title: string;
  readonly durationMs: number;
  /** Why it was skipped, if the test gives a reason. */
  readonly reason?: string | undefined;
}

/** The file that reporters write to: a line of JSON for each outcome. */
const VARIABLE = 'PROCMAP_TEST_OUTCOMES';

export function outcomesTo(path: string): Record<string, string> {
  return { [VARIABLE]: path };
}

/** Does nothing if no report was requested. */
export function report(outcomes: readonly Outcome[]): void {
  const path = process.env[VARIABLE];
  if (path !== undefined) appendFileSync(path, outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join(''));
}

/** Throws if there is no report: the runner did not get that far. */
export function readOutcomes(path: string): Outcome[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Outcome);
}
