import { readFileSync } from 'node:fs';
import type { Cleanup } from './cleanup.ts';
import type { Daemon } from '../daemon.ts';
import { atMost, type Part } from './measure.ts';
import { pidsOf, ROLES } from './roles.ts';
import { median } from './stats.ts';
import type { Subject } from './subject.ts';
import { count, digits, textTable } from './table.ts';
import { Viewer } from './viewer.ts';

interface Memory {
  readonly rssMb: number;
  /** Maximum so far. */
  readonly peakMb: number;
}

/** Memory of the processes of a new daemon while one viewer watches a process that changes on each tick. */
export async function measureMemory(subject: Subject, daemon: Daemon, quick: boolean, cleanup: Cleanup): Promise<Part> {
  const pids = pidsOf(daemon.pid);
  const all = (): Memory[] => ROLES.map((role) => memoryOf(pids[role]));
  const before = all();
  const viewer = await Viewer.open(daemon, cleanup);
  viewer.send({ type: 'watch', pid: subject.pid, rateHz: 1 });
  await viewer.frame();
  const bytes: number[] = [];
  for (let tick = 0; tick < (quick ? 5 : 20); tick++) {
    await subject.fixture.command('mutate');
    bytes.push((await viewer.frame()).bytes);
  }
  const now = pidsOf(daemon.pid);
  if (ROLES.some((role) => now[role] !== pids[role])) throw new Error('a process of the daemon was replaced meanwhile: the machine is too busy to measure on');
  const watching = all();
  viewer.close();
  const rows = count(subject.rows);
  const measures = ROLES.flatMap((role, i) =>
    role === 'daemon' ? [] : [atMost(`memory of the ${role} at ${rows} mappings, at most`, watching[i]?.peakMb ?? NaN, role === 'reader' ? 150 : 120, 'MB')],
  );
  const table = textTable([
    ['process', 'before', 'watching', 'at most'],
    ...ROLES.map((role, i) => [role, ...[before[i]?.rssMb, watching[i]?.rssMb, watching[i]?.peakMb].map((mb) => digits(mb ?? NaN))]),
  ]);
  return {
    measures,
    text: `Memory (VmRSS, VmHWM in MB): one viewer at 1 Hz, ${bytes.length} ticks of one change each, a frame of ${count(median(bytes))} bytes each\n\n${table}`,
  };
}

function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (field: string): number => Number(new RegExp(`^${field}:\\s+([0-9]+) kB$`, 'm').exec(status)?.[1]) / 1024;
  return { rssMb: mb('VmRSS'), peakMb: mb('VmHWM') };
}
