import { afterEach, beforeAll } from 'vitest';
import { buildFixtures, Fixture } from '../../e2e/fixtures/fixture.ts';

/** For the top of a test file: returns a function that starts a fixture, which ends with its test. */
export function useFixtures(): typeof Fixture.start {
  const started: Fixture[] = [];
  beforeAll(buildFixtures);
  afterEach(async () => {
    for (const fixture of started.splice(0)) await fixture.stop();
  });
  return async (...args) => {
    const fixture = await Fixture.start(...args);
    started.push(fixture);
    return fixture;
  };
}
