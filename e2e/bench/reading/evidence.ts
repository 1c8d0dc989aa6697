import { Looker } from '../../../server/src/reader/threads/threads.fixture.ts';
import { Fixture } from '../../fixtures/fixture.ts';
import type { Cleanup } from '../cleanup.ts';
import { atMost, type Part } from '../measure.ts';
import { type Effort, interleave, time } from '../rounds.ts';
import { digits, textTable } from '../table.ts';

const THREADS = 300;
const GATHER_MS = 5;
const MOST_TIMES = 1.05;
/** Looks in a sample. Those that gather open hundreds of files each. */
const [FIRST_LOOKS, LOOKS, IDLE_LOOKS] = [3, 20, 1000];
/** Until all is known and each name was read again once. */
const SETTLED_LOOKS = 20;

/** What threads and their stacks cost a look, while they are found and when nothing changes. */
export async function measureEvidence(effort: Effort, cleanup: Cleanup): Promise<Part> {
  const fixture = await Fixture.start('threads', String(THREADS));
  cleanup.defer(() => fixture.stop());
  const looker = new Looker(fixture.pid);
  const known = looker.threads;
  known.look(await looker.see());
  for (let i = 0; i < SETTLED_LOOKS; i++) known.look(await looker.see());
  const found = known.evidence.threads.filter(({ stackPage }) => stackPage !== null).length;
  const still = await looker.see();
  looker.opened = 0;
  known.look(still);
  const { opened } = looker;
  const costs = await interleave(effort, {
    gathering: () => time(FIRST_LOOKS, () => looker.unseen().look(still)),
    idle: () => time(IDLE_LOOKS, () => known.look(still)),
  });
  // By themselves: after hundreds of files, the first of them would find other caches than the second.
  const looks = await interleave(effort, {
    without: () => time(LOOKS, () => looker.see()),
    with: () => time(LOOKS, async () => known.look(await looker.see())),
  });
  const of = `of ${THREADS} threads`;
  const ratio = looks.ratio('with', 'without', 'cpuMs');
  return {
    measures: [
      atMost(`evidence ${of}: a look that gathers it`, costs.cpuMs('gathering'), GATHER_MS, 'ms of CPU'),
      atMost(`evidence ${of}: files opened when nothing changed`, opened, 0, ''),
      atMost(`unchanged look with evidence ${of} / without`, ratio, MOST_TIMES, 'times'),
    ],
    text: `Evidence ${of} (${found} with the first have told their stacks), ms of CPU. Names are read again every five seconds, which no median shows

${textTable([
  ['gathering', 'nothing changed', 'unchanged look', 'with evidence', 'ratio'],
  [costs.cpuMs('gathering'), costs.cpuMs('idle'), looks.cpuMs('without'), looks.cpuMs('with'), ratio].map(digits),
])}`,
  };
}
