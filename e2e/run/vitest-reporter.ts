import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { type Outcome, report } from './outcome.ts';

/** Records the outcome of each test. */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const outcomes = modules.flatMap(outcomesOf);
    // An error outside of all tests fails the run.
    if (errors.length > 0) outcomes.push({ state: 'failed', file: '', title: 'an error outside of all tests', durationMs: 0 });
    report(outcomes);
  }
}

function outcomesOf(module: TestModule): Outcome[] {
  const file = module.relativeModuleId;
  const outcomes = [...module.children.allTests()].map((test) => outcomeOf(file, test));
  // A file that does not load has no test that could fail; the same is true of a hook.
  const errors = module.errors().length + [...module.children.allSuites()].reduce((sum, suite) => sum + suite.errors().length, 0);
  if (errors > 0) outcomes.push({ state: 'failed', file, title: 'the file, or what it does before its tests', durationMs: 0 });
  const tests = outcomes.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const { duration, collectDuration } = module.diagnostic();
  return [...outcomes, { state: 'setup', file, title: 'before and after its tests', durationMs: Math.max(0, duration - tests) + collectDuration }];
}

function outcomeOf(file: string, test: TestCase): Outcome {
  const result = test.result();
  // A test that never ran, since a hook before it failed, has not passed.
  const state = result.state === 'pending' ? 'failed' : result.state;
  const reason = result.state === 'skipped' ? result.note : undefined;
  return { state, file, title: test.fullName, durationMs: test.diagnostic()?.duration ?? 0, reason };
}
