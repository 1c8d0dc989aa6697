import { ReaderClient } from '../../server/test/reader-client.ts';
import { BareRead, nodeRead } from './bare-read.ts';
import type { Cleanup } from './cleanup.ts';
import { atLeast, atMost, type Measure, type Part } from './measure.ts';
import { Change, Pipeline } from './pipeline.ts';
import { type Effort, interleave, type Rounds, time, timeEach } from './rounds.ts';
import { LARGE, MILLION, nearest, type Subject } from './subject.ts';
import { count, digits, textTable } from './table.ts';
import { run } from './tools.ts';

/** A sample lasts so long at least: neither the clock's grain nor the way to another process may count. */
const SAMPLE_MS = 2;
/** Changes of a process in one sample: each is a question to another process. */
const MOST_CHANGES = 10;
const OWN: Effort = { fewest: 5, most: 150, forMs: 15_000 };
const OWN_QUICK: Effort = { ...OWN, forMs: 3000 };
/** pmap takes seconds. */
const OTHERS: Effort = { fewest: 3, most: 7, forMs: 15_000 };
const OTHERS_QUICK: Effort = { ...OTHERS, forMs: 3000 };

interface Timing {
  readonly rows: number;
  readonly bytes: number;
  readonly reads: number;
  readonly deltaBytes: number;
  readonly own: Rounds<keyof ReturnType<typeof contestants>>;
  /** null: not run. */
  readonly others: Rounds<'cat' | 'pmap -x' | 'pmap -X'> | null;
}

/** Reading, parsing, encoding: against a bare loop of read(2), and against other programs. */
export async function measureReading(subjects: readonly Subject[], quick: boolean, cleanup: Cleanup): Promise<Part> {
  const bare = new BareRead(cleanup);
  const reader = new ReaderClient();
  cleanup.defer(() => reader.stop());
  const timings: Timing[] = [];
  for (const subject of subjects) timings.push(await timeSubject(subject, bare, reader, quick));
  const large = nearest(timings, LARGE);
  return { measures: large === undefined ? [] : measuresOf(large), text: describe(timings) };
}

async function timeSubject(subject: Subject, bare: BareRead, reader: ReaderClient, quick: boolean): Promise<Timing> {
  const pipeline = new Pipeline(subject);
  const change = await Change.of(pipeline, subject);
  const { wallMs } = await bare.read(subject.mapsPath, 1);
  const batch = Math.max(1, Math.round(SAMPLE_MS / wallMs));
  const own = await interleave(quick ? OWN_QUICK : OWN, contestants(subject, pipeline, change, bare, reader, batch));
  return { rows: subject.rows, bytes: bare.bytes, reads: bare.reads, deltaBytes: change.frame.length, own, others: await timeOthers(subject, quick) };
}

function contestants(subject: Subject, pipeline: Pipeline, change: Change, bare: BareRead, reader: ReaderClient, batch: number) {
  const { pid, mapsPath } = subject;
  const delta = change.diff();
  let etag = '';
  return {
    bare: () => bare.read(mapsPath, batch),
    whole: () => time(batch, () => pipeline.whole()),
    unchanged: () => time(batch, () => pipeline.unchanged()),
    changed: () =>
      timeEach(
        Math.min(batch, MOST_CHANGES),
        () => subject.fixture.command('mutate'),
        () => pipeline.changed(),
      ),
    bareNode: () =>
      time(batch, () => {
        nodeRead(mapsPath);
      }),
    read: () => time(batch, () => pipeline.read()),
    parse: () => time(batch, () => pipeline.parse()),
    encode: () =>
      time(batch, () => {
        change.encode();
      }),
    decode: () =>
      time(batch, () => {
        change.decode();
      }),
    diff: () => time(batch, () => change.diff()),
    version: () =>
      time(batch, () => {
        change.version();
      }),
    apply: () => time(batch, () => change.apply(delta)),
    tile: () => time(batch, () => change.tile()),
    asked: () => time(batch, async () => (etag = await ask(reader, pid, null))),
    askedAgain: () => time(batch, () => ask(reader, pid, etag)),
  };
}

/** Asks a real reader process for a map, gives its etag. */
async function ask(reader: ReaderClient, pid: number, etag: string | null): Promise<string> {
  const { head } = await reader.ask({ op: 'map', pid, etag });
  if (head.status !== (etag === null ? 'map' : 'unchanged')) throw new Error(`the reader answered ${JSON.stringify(head)}`);
  return head.etag;
}

async function timeOthers({ rows, pid, mapsPath }: Subject, quick: boolean): Promise<Timing['others']> {
  // pmap takes minutes for a million.
  if (rows > MILLION / 2) return null;
  return interleave(quick ? OTHERS_QUICK : OTHERS, {
    cat: () => run('cat', mapsPath),
    'pmap -x': () => run('pmap', '-x', String(pid)),
    'pmap -X': () => run('pmap', '-X', String(pid)),
  });
}

function measuresOf({ own, others, deltaBytes, rows }: Timing): Measure[] {
  const at = `at ${count(rows)} mappings`;
  return [
    // By the time of a core: all of it is work, and so the same as the wall time where nothing else runs; where something does, it hardly tells.
    atMost(`read + parse + encode ${at} / bare read loop`, own.ratio('whole', 'bare', 'cpuMs'), 1.6, 'times'),
    atMost(`unchanged tick ${at} / bare read loop`, own.ratio('unchanged', 'bare', 'cpuMs'), 1.15, 'times'),
    ...(others === null ? [] : [atLeast(`faster than pmap -X ${at}`, others.wallMs('pmap -X') / own.wallMs('whole'), 15, 'times')]),
    atMost(`delta for one change ${at}`, deltaBytes, 1024, 'bytes'),
  ];
}

function describe(timings: readonly Timing[]): string {
  return `Reading, ms: medians of rounds in which each has its turn ("all": read + parse + encode of a first look, "changed": of one at which a
mapping has changed; "asked": of a real reader process, up to its answer; "web": all that the web process does with a changed map; "apply", "tile": as the page does)

${stepsTable(timings)}

Against the bare loop of read(2) in C (median of the rounds' ratios; the same of the time of a core; least time to least time)

${ratioTable(timings)}

Against other programs, ms, with their start

${othersTable(timings)}`;
}

function stepsTable(timings: readonly Timing[]): string {
  const steps = [
    'bare',
    'bareNode',
    'read',
    'parse',
    'encode',
    'whole',
    'unchanged',
    'asked',
    'askedAgain',
    'decode',
    'diff',
    'version',
    'apply',
    'tile',
  ] as const;
  return textTable([
    [
      'mappings',
      'bytes',
      'reads',
      'C',
      'Node',
      'read',
      'parse',
      'encode',
      'all',
      'unchanged',
      'asked',
      'unchanged',
      'decode',
      'diff',
      'web',
      'apply',
      'tile',
      'delta',
    ],
    ...timings.map(({ rows, bytes, reads, own, deltaBytes }) => [
      ...[rows, bytes, reads].map(count),
      ...steps.map((step) => digits(own.wallMs(step))),
      `${count(deltaBytes)} B`,
    ]),
  ]);
}

function ratioTable(timings: readonly Timing[]): string {
  return textTable([
    ['mappings', 'all', 'core', 'least', 'changed', 'core', 'least', 'unchanged', 'core', 'least', 'Node', 'core', 'least', 'rounds'],
    ...timings.map(({ rows, own }) => [
      count(rows),
      ...(['whole', 'changed', 'unchanged', 'bareNode'] as const).flatMap((each) =>
        [own.ratio(each, 'bare'), own.ratio(each, 'bare', 'cpuMs'), own.leastRatio(each, 'bare')].map(digits),
      ),
      count(own.length),
    ]),
  ]);
}

function othersTable(timings: readonly Timing[]): string {
  return textTable([
    ['mappings', 'cat', 'pmap -x', 'pmap -X', 'all / cat', 'pmap -x / all', 'pmap -X / all'],
    ...timings.map(({ rows, own, others }) => {
      if (others === null) return [count(rows), ...Array<string>(6).fill('-')];
      const whole = own.wallMs('whole');
      const [cat, x, xx] = (['cat', 'pmap -x', 'pmap -X'] as const).map((each) => others.wallMs(each)) as [number, number, number];
      return [count(rows), ...[cat, x, xx, whole / cat, x / whole, xx / whole].map(digits)];
    }),
  ]);
}
