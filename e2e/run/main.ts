import { mkdirSync, rmSync } from 'node:fs';
import type { Outcome } from './outcome.ts';
import { countsOf, REPORTS, run } from './part.ts';
import { QUICK, REST, REST_IN_WORDS } from './parts.ts';
import { summary } from './summary.ts';

/**
 * Runs the tests, part after part, each like its make target; lanes that need one core each run at the same time.
 * Continues after a failed part, so that one run reports everything, unless all others depend on it. The last line has
 * the counts. `main.ts quick | rest | all`.
 */
const CHOICES = { quick: QUICK, rest: REST, all: [...QUICK, ...REST] };

const choice = process.argv[2] ?? '';
if (!Object.hasOwn(CHOICES, choice)) {
  process.stderr.write(`procmap: tests: say ${Object.keys(CHOICES).join(', ')}, not "${choice}"\n`);
  process.exit(2);
}
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });
const outcomes: Outcome[] = [];
let isOver = false;
for (const group of CHOICES[choice as keyof typeof CHOICES]) {
  const lanes = group.map(async (lane) => {
    for (const part of lane) {
      if (isOver) return;
      const ran = await run(part, group.length > 1);
      outcomes.push(...ran);
      isOver ||= part.needed === true && countsOf(ran).failed > 0;
    }
  });
  await Promise.all(lanes);
}
const also = choice === 'quick' ? `\nmake test-all tests the rest, too: ${REST_IN_WORDS}.\n` : '';
process.stdout.write(`${also}${[...summary(outcomes)].join('\n')}\n`);
const { passed, failed } = countsOf(outcomes);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
