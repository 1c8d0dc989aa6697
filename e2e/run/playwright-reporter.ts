import { relative } from 'node:path';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { type Outcome, report } from './outcome.ts';

const ROOT = process.cwd();

/** Records the outcome of each test. */
export default class OutcomeReporter implements Reporter {
  readonly #outcomes: Outcome[] = [];

  onTestEnd(test: TestCase, { status, duration }: TestResult): void {
    const state = status === 'skipped' ? 'skipped' : status === test.expectedStatus ? 'passed' : 'failed';
    const file = relative(ROOT, test.location.file);
    // The path begins with the project and the file.
    const title = test.titlePath().slice(3).join(' > ');
    const reason = test.annotations.find(({ type }) => type === 'skip')?.description;
    this.#outcomes.push({ state, file, title, durationMs: duration, reason });
  }

  onError(): void {
    this.#outcomes.push({ state: 'failed', file: '', title: 'an error outside of all tests', durationMs: 0 });
  }

  onEnd(): void {
    report(this.#outcomes);
  }
}
