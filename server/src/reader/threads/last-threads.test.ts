import { EMPTY_TABLE } from '@procmap/shared/region.ts';
import { expect, it } from 'vitest';
import { MAX_PID } from '@procmap/shared/pid.ts';
import type { Look } from '../procfs/process/look.ts';
import { LastThreads } from './last-threads.ts';

/** Processes that do not exist have no threads, but what is known of them has a version. */
const LOOK = { startTime: 1, space: 'a' } as unknown as Look;
const SEEN = { threads: 1, comm: 'a', pagemap: '', hasChanged: false, table: () => EMPTY_TABLE };

it('remembers the processes of a scrape and those that are watched, and not all there ever were', () => {
  const last = new LastThreads();
  const read = (pid: number, version = 0): number | null => last.read(MAX_PID + pid, LOOK, SEEN, version)?.version ?? null;
  const [watched = 0, ...scraped] = Array.from({ length: 65 }, (_, pid) => read(pid) ?? 0);
  expect(read(0, watched)).toBe(null);
  scraped.forEach((version, i) => expect(read(i + 1, version)).toBe(null));
  for (let pid = 65; pid < 200; pid++) read(pid);
  expect(read(0, watched)).not.toBe(null);
});

it('takes another program with the same id for another process', () => {
  const last = new LastThreads();
  const { version = 0 } = last.read(MAX_PID + 1, LOOK, SEEN, 0) ?? {};
  expect(last.read(MAX_PID + 1, { ...LOOK, space: 'b' }, SEEN, version)).not.toBe(null);
});
