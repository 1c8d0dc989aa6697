import { expect, it } from 'vitest';
import { say } from './figures.ts';
import { soak } from './soak.ts';

it('two minutes of everything leave memory and files as they were', async () => {
  const { lines, faults } = await soak(2);
  for (const line of lines) say(line);
  expect(faults).toEqual([]);
});
