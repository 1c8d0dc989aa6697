import { LastTexts } from '../../../server/src/reader/reading/last-texts.ts';
import { type ReadMap, readMap } from '../../../server/src/reader/reading/map.ts';
import { isFailure } from '../../../server/src/reader/procfs/process/outcome.ts';
import { liveFile } from '../../../server/src/reader/procfs/process/live-file.ts';
import { readMachine } from '../../../server/src/reader/procfs/machine.ts';
import { type MapSeen, ProcessThreads } from '../../../server/src/reader/threads/process-threads.ts';
import { TASK_FILES, type TaskFiles } from '../../../server/src/reader/threads/task-files.ts';
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

/** Looks at a process as the reader does, in this process, and counts the files of threads that are opened. */
class Looker {
  readonly #pid: number;
  readonly #last = new LastTexts();
  readonly #files: TaskFiles;
  #etag: string | null = null;
  opened = 0;

  constructor(pid: number) {
    this.#pid = pid;
    const counted = <A extends readonly unknown[], R>(read: (...args: A) => R) => {
      return (...args: A): R => {
        this.opened++;
        return read(...args);
      };
    };
    const { list, stackPointer, name } = TASK_FILES;
    this.#files = { list: counted(list), stackPointer: counted(stackPointer), name: counted(name) };
  }

  /** Nothing is known of its threads yet. */
  threads(): ProcessThreads {
    return new ProcessThreads(this.#pid, this.#files);
  }

  /** A look at the map, and what evidence of threads needs of it. */
  async look(): Promise<MapSeen> {
    const map = await readMap(this.#pid, this.#etag, readMachine(), this.#last, () => undefined);
    if (isFailure(map)) throw new Error(map.message);
    this.#etag = map.etag;
    return this.#seen(map);
  }

  #seen({ look, table }: ReadMap): MapSeen {
    return {
      threads: look.threads,
      comm: look.comm,
      pagemap: liveFile(this.#pid, look, 'pagemap'),
      hasChanged: table !== null,
      table: () => table ?? this.#last.table(this.#pid),
    };
  }
}

/** What threads and their stacks cost a look, while they are found and when nothing changes. */
export async function measureEvidence(effort: Effort, cleanup: Cleanup): Promise<Part> {
  const fixture = await Fixture.start('threads', String(THREADS));
  cleanup.defer(() => fixture.stop());
  const looker = new Looker(fixture.pid);
  const known = looker.threads();
  known.look(await looker.look());
  for (let i = 0; i < SETTLED_LOOKS; i++) known.look(await looker.look());
  const found = known.evidence.threads.filter(({ stackPage }) => stackPage !== null).length;
  const still = await looker.look();
  looker.opened = 0;
  known.look(still);
  const { opened } = looker;
  const costs = await interleave(effort, {
    gathering: () => time(FIRST_LOOKS, () => looker.threads().look(still)),
    idle: () => time(IDLE_LOOKS, () => known.look(still)),
  });
  // By themselves: after hundreds of files, the first of them would find other caches than the second.
  const looks = await interleave(effort, {
    without: () => time(LOOKS, () => looker.look()),
    with: () => time(LOOKS, async () => known.look(await looker.look())),
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
