import type { Outcome } from './outcome.ts';
import { countsOf } from './part.ts';

const SLOWEST = 10;

/** The last lines of a run: slow tests, skipped ones with reasons, failures, and counts. */
export function* summary(outcomes: readonly Outcome[]): Generator<string> {
  yield '';
  yield `The ${SLOWEST} slowest:`;
  const slowest = outcomes.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST);
  for (const outcome of slowest) yield `${(outcome.durationMs / 1000).toFixed(1).padStart(8)} s  ${where(outcome)}`;
  yield* list('Skipped:', 'skipped', outcomes);
  yield* list('Failed:', 'failed', outcomes);
  const { passed, failed, skipped } = countsOf(outcomes);
  yield '';
  yield `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function* list(title: string, state: Outcome['state'], outcomes: readonly Outcome[]): Generator<string> {
  const some = outcomes.filter((outcome) => outcome.state === state);
  if (some.length === 0) return;
  yield '';
  yield title;
  for (const outcome of some) yield `  ${where(outcome)}${outcome.reason === undefined ? '' : `: ${outcome.reason}`}`;
}

function where({ file, title }: Outcome): string {
  return file === '' ? title : `${file} > ${title}`;
}
