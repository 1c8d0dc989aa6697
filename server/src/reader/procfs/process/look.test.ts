import { expect, it } from 'vitest';
import { useFixtures } from '../../../../test/use-fixtures.ts';
import { isFailure } from './outcome.ts';
import { agree, look } from './look.ts';

const startFixture = useFixtures();

function lookAt(pid: number): Exclude<ReturnType<typeof look>, { error: unknown }> {
  const seen = look(pid);
  if (isFailure(seen)) throw new Error(seen.message);
  return seen;
}

it.each([[[]], [['leave']]])('agrees with the one before until something is mapped, after %j', async (commands) => {
  const fixture = await startFixture('known');
  for (const command of commands) await fixture.command(command);
  const before = lookAt(fixture.pid);
  expect(agree(before, lookAt(fixture.pid))).toBe(true);
  await fixture.command('map 5');
  expect(agree(before, lookAt(fixture.pid))).toBe(false);
});
