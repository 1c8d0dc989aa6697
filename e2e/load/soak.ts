import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { pidsOf, type Role, ROLES } from '../bench/roles.ts';
import { median } from '../bench/stats.ts';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { enter, fetchFrom } from '../http.ts';
import { openStream, watchProcess } from '../viewer.ts';
import { lookAtRoles, pause } from './figures.ts';

/**
 * Time before a daemon's memory counts, in which code is compiled and V8's heap finds its size. Seen: memory is stable
 * after a minute.
 */
const WARM_UP_MS = 80_000;
const EVERY_MS = 1000;
/**
 * Variation of resident memory due to uncollected garbage. In a short run, V8 may still adjust the size of the web
 * process's heap: seen in five runs of two builds, it goes from 165 to 248 MiB in two steps, at any time within the first
 * two minutes, and stays there.
 */
const MAX_GROWTH_MIB: Readonly<Record<Role, number>> = { daemon: 8, reader: 24, web: 32 };
/**
 * Large allocations have their own mappings (see MALLOC in daemon/children/launch.ts). A fragmented heap, which grows
 * for hours, had twice as much after two minutes.
 */
const MAX_HEAP_MIB = 32;
const SHORT_MINUTES = 10;
const SHORT_GROWTH_MIB: Readonly<Record<Role, number>> = { ...MAX_GROWTH_MIB, daemon: 16, web: 112 };

export interface SoakReport {
  readonly lines: readonly string[];
  /** Figures that are not stable, as sentences. */
  readonly faults: readonly string[];
}

/**
 * Uses one daemon for this time like people and scripts do: pages open and close, processes change, execute others and
 * end, exports, links, metrics.
 */
export async function soak(minutes: number): Promise<SoakReport> {
  buildFixtures();
  const daemon = await Daemon.start({ args: ['--metrics-match=m*'] });
  const many = await Fixture.start('many', '20000');
  const end = performance.now() + minutes * 60_000;
  const isOver = (): boolean => performance.now() > end;
  const pids = pidsOf(daemon.pid);
  const samples: ReturnType<typeof lookAtRoles>[] = [];
  let requests = 0;
  let viewers = 0;
  const failures: string[] = [];
  const ask = async (path: string): Promise<void> => {
    const response = path === '/' ? await fetchFrom(daemon.origin, path) : await daemon.get(path);
    await response.arrayBuffer();
    requests++;
    if (![200, 404, 409, 410, 429].includes(response.status)) failures.push(`${path}: ${response.status}`);
  };
  try {
    const steady = await watchProcess(daemon, many.pid, 5);
    const lanes = [
      // Requests of a script.
      async () => {
        for (const rest of [
          'map',
          'maps.csv',
          'stats',
          'smaps',
          'program',
          'file?start=0x400000',
          'pages?start=0x400000&count=16',
          'locate?start=0x400000&length_kb=4',
        ])
          await ask(`/api/processes/${many.pid}/${rest}`);
        for (const path of ['/api/processes', '/api/kernel', '/api/system', '/metrics', '/', '/api/processes/4194304/map']) await ask(path);
        await pause(1500);
      },
      // People who look in.
      async () => {
        const viewer = await watchProcess(daemon, many.pid, 10);
        viewer.send({ type: 'memory', on: true });
        await viewer.message('tick');
        await viewer.close();
        await enter(await daemon.freshLink());
        viewers++;
        await pause(200);
      },
      // Processes that start, execute another program, and end.
      async () => {
        const known = await Fixture.start('known');
        const viewer = await openStream(daemon);
        viewer.send({ type: 'watch', pid: known.pid, rateHz: 10 });
        known.send('exec');
        await known.untilReady();
        const mapped = Number.parseInt((await known.command('map 5')).split(' ')[1] ?? '', 16) / PAGE_SIZE;
        // In a frame of its own or, if a look found the other program while it was loading, in that program's snapshot.
        await viewer.untilTable(({ start }) => start.includes(mapped));
        await known.stop();
        await viewer.next('state', ({ state }) => state === 'exited');
        await viewer.close();
        viewers++;
      },
      async () => {
        await many.command('flip 200 900');
        await many.line();
      },
      async () => {
        samples.push(lookAtRoles(daemon.pid));
        await pause(EVERY_MS);
      },
    ].map(async (turn) => {
      while (!isOver())
        await turn().catch(async (error: unknown) => {
          // Measurements so far are kept.
          failures.push(String(error));
          await pause(EVERY_MS);
        });
    });
    await Promise.all(lanes);
    await steady.close();
    // All clients have gone, so the same files must be open as at the beginning.
    await pause(3000);
    samples.push(lookAtRoles(daemon.pid));
  } finally {
    await daemon.stop();
    await many.stop();
  }
  return report(samples, pids, { minutes, requests, viewers, failures, complaints: complaintsOf(daemon.log) });
}

/** Messages of the daemon about replaced parts. */
function complaintsOf(log: string): string[] {
  return log.split('\n').filter((line) => /"level":"(warn|error)"/.test(line));
}

interface Traffic {
  readonly minutes: number;
  readonly requests: number;
  readonly viewers: number;
  readonly failures: readonly string[];
  readonly complaints: readonly string[];
}

function report(
  samples: readonly ReturnType<typeof lookAtRoles>[],
  pids: Readonly<Record<Role, number>>,
  { minutes, requests, viewers, failures, complaints }: Traffic,
): SoakReport {
  const warm = samples.slice(Math.floor((samples.length * WARM_UP_MS) / (minutes * 60_000)));
  const fifth = Math.max(1, Math.floor(warm.length / 5));
  const lines = [`soak of ${minutes} minutes: ${requests} requests, ${viewers} viewers came and went, pids ${Object.values(pids).join(' ')}`];
  for (const complaint of complaints) lines.push(`the daemon said: ${complaint}`);
  const faults = failures.map((failure) => `what should not be: ${failure}`);
  // The memory of a new process says nothing. In a short run, a busy machine may have delayed the reader for a second.
  if (complaints.length > 0 && minutes >= SHORT_MINUTES) faults.push(`a part was replaced: ${complaints.length} complaints of the daemon`);
  for (const role of ROLES) {
    const all = samples.map((sample) => sample[role].rssMib);
    const tenth = (i: number): number => Math.floor((i * all.length) / 10);
    const tenths = Array.from({ length: 10 }, (_, i) => median(all.slice(tenth(i), Math.max(tenth(i) + 1, tenth(i + 1)))).toFixed(0));
    const memory = warm.map((sample) => sample[role].rssMib);
    const [first, last] = [median(memory.slice(0, fifth)), median(memory.slice(-fifth))];
    const files = warm.map((sample) => sample[role].files);
    const [least, now] = [Math.min(...files), files.at(-1) ?? 0];
    const heap = samples.at(-1)?.[role].heapMib ?? 0;
    lines.push(
      `${role.padEnd(6)} ${first.toFixed(1)} -> ${last.toFixed(1)} MiB, ${Math.max(...memory).toFixed(1)} at most, ${heap.toFixed(1)} of malloc's heap; ${least} to ${Math.max(...files)} files, ${now} at the end; by tenths ${tenths.join(' ')} MiB`,
    );
    if (last - first > (minutes < SHORT_MINUTES ? SHORT_GROWTH_MIB : MAX_GROWTH_MIB)[role])
      faults.push(`memory of ${role} grew by ${(last - first).toFixed(1)} MiB`);
    if (heap > MAX_HEAP_MIB) faults.push(`the heap of ${role} has ${heap.toFixed(1)} MiB`);
    if (now > least) faults.push(`${role} holds ${now} files, ${least} would do`);
  }
  return { lines, faults };
}
