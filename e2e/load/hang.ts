import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { Cleanup } from '../bench/cleanup.ts';
import { percentile } from '../bench/stats.ts';
import { digits, textTable } from '../bench/table.ts';
import { Daemon } from '../daemon.ts';
import { openStream, watchProcess } from '../viewer.ts';
import { pause } from './figures.ts';
import { HANGING, HangingProc, Sleepers } from './hanging-process.ts';

const OTHERS = 300;
/** Interval of each kind of request, in ms. */
const EVERY_MS = { health: 50, list: 1000, map: 200 } as const;
type Kind = keyof typeof EVERY_MS;
const KINDS = ['health', 'list', 'map'] as const satisfies readonly Kind[];
/** Requests about the process that hangs. */
const PARTS = ['map', 'stats', 'smaps', 'pages?start=0x400000&count=1', 'program', 'file?start=0x400000', 'maps.csv', 'locate?start=0x400000&length_kb=4'];
const ASK_HANGING_MS = 500;

/** Condition under which the daemon serves. */
export type Beside = 'alone' | 'hanging';

export interface HangReport {
  /** ms; 50th and 99th percentile. */
  readonly times: Readonly<Record<Beside, Readonly<Record<Kind, { readonly p50: number; readonly p99: number; readonly count: number }>>>>;
  /** Readers that were replaced during the hangs. */
  readonly replaced: number;
  /** Failed requests about other processes. */
  readonly failures: readonly string[];
  /** Lists in which it is marked as not answering, and answers to requests about it, by status. */
  readonly notAnswering: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/**
 * Alternates requests to two daemons for this time: one sees 300 sleeping processes, the other also sees one that
 * hangs, at one file after another.
 */
export async function hang(seconds: number, hangElsewhereMs: number): Promise<HangReport> {
  const cleanup = new Cleanup();
  try {
    const sleepers = await Sleepers.start(OTHERS);
    cleanup.defer(() => sleepers.stop());
    const start = async (proc: HangingProc): Promise<Daemon> => {
      cleanup.defer(() => proc.dispose());
      const daemon = await Daemon.start({ env: { PROCMAP_PROC: proc.root }, args: ['--metrics-match=*'] });
      cleanup.defer(async () => {
        await daemon.stop();
      });
      return daemon;
    };
    const hanging = new HangingProc(sleepers.pids);
    const daemons = { alone: await start(new HangingProc(sleepers.pids)), hanging: await start(hanging) };
    return await measure(daemons, sleepers.pids, hanging, performance.now() + seconds * 1000, hangElsewhereMs);
  } finally {
    await cleanup.run();
  }
}

async function measure(
  daemons: Readonly<Record<Beside, Daemon>>,
  pids: readonly number[],
  proc: HangingProc,
  end: number,
  hangElsewhereMs: number,
): Promise<HangReport> {
  const samples = { alone: { health: [], list: [], map: [] }, hanging: { health: [], list: [], map: [] } } as Record<Beside, Record<Kind, number[]>>;
  const failures: string[] = [];
  const statuses: Record<string, number> = {};
  let notAnswering = 0;
  const every = async (ms: number, turn: () => Promise<void> | void): Promise<void> => {
    while (performance.now() < end) await Promise.all([turn(), pause(ms)]);
  };
  const sample = async (kind: Kind, path: () => string): Promise<void> => {
    const asked = path();
    for (const beside of ['alone', 'hanging'] as const) {
      const began = performance.now();
      const { status, body } = await ask(daemons[beside], asked);
      samples[beside][kind].push(performance.now() - began);
      if (status !== 200) failures.push(`${asked} beside ${beside}: ${status} after ${(performance.now() - began).toFixed(0)} ms: ${body}`);
      if (kind === 'list' && body.includes('"answering":false')) notAnswering++;
    }
  };
  const viewers = await Promise.all(
    Object.values(daemons).map(async (daemon) => {
      const list = await openStream(daemon);
      list.send({ type: 'processes', on: true });
      return [list, await watchProcess(daemon, pids[0] ?? 0, 10)];
    }),
  );
  const watching = await openStream(daemons.hanging);
  watching.send({ type: 'watch', pid: HANGING, rateHz: 1 });
  proc.hangElsewhere();
  let turns = 0;
  await Promise.all([
    every(EVERY_MS.health, () => sample('health', () => '/healthz')),
    every(EVERY_MS.list, () => sample('list', () => '/api/processes')),
    every(EVERY_MS.map, () => sample('map', () => `/api/processes/${pids[Math.floor(Math.random() * pids.length)]}/map`)),
    every(hangElsewhereMs, () => {
      if (turns++ > 0) proc.hangElsewhere();
    }),
    every(ASK_HANGING_MS, () => {
      const part = PARTS[turns++ % PARTS.length] ?? 'map';
      void ask(daemons.hanging, `/api/processes/${HANGING}/${part}`).then(({ status }) => (statuses[status] = (statuses[status] ?? 0) + 1));
    }),
    every(15_000, async () => {
      for (const daemon of Object.values(daemons)) await ask(daemon, '/metrics');
    }),
  ]);
  for (const stream of [...viewers.flat(), watching]) await stream.close();
  const times = (beside: Beside): HangReport['times'][Beside] => {
    const of = (kind: Kind): HangReport['times'][Beside][Kind] => {
      const all = samples[beside][kind];
      return { p50: percentile(all, 0.5), p99: percentile(all, 0.99), count: all.length };
    };
    return { health: of('health'), list: of('list'), map: of('map') };
  };
  const replaced = daemons.hanging.log.split('\n').filter((line) => line.includes('"message":"the reader ') && line.includes('"level":"warn"')).length;
  return { times: { alone: times('alone'), hanging: times('hanging') }, replaced, failures, notAnswering, statuses };
}

/** Each on a new connection, for which the daemon asks the kernel about its user. Status 0: no answer. */
function ask(daemon: Daemon, path: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    const gone = (): void => resolve({ status: 0, body: '' });
    get(`${daemon.address}${path}`, { agent: false, headers: { authorization: `Bearer ${daemon.token}` } }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), gone);
    }).on('error', gone);
  });
}

/** The report as text lines. */
export function hangLines({ times, replaced, failures, notAnswering, statuses }: HangReport): string[] {
  const rows = KINDS.map((kind) => {
    const { alone, hanging } = { alone: times.alone[kind], hanging: times.hanging[kind] };
    return [kind, String(hanging.count), digits(alone.p50), digits(hanging.p50), digits(alone.p99), digits(hanging.p99)];
  });
  const table = textTable([['ms', 'asked', 'p50 alone', 'p50 hanging', 'p99 alone', 'p99 hanging'], ...rows]);
  return [
    ...table.split('\n'),
    `readers replaced: ${replaced}; lists that tell of it: ${notAnswering}; answers of the one that hangs: ${JSON.stringify(statuses)}`,
    ...failures.map((failure) => `no answer: ${failure}`),
  ];
}
