import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Statistics } from '@procmap/shared/figures/statistics.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { Subject } from './subjects.ts';

/** Memory that real processes map more than once: what raises an alarm, and that ordinary programs raise none. */
let daemon: Daemon;
const folder = mkdtempSync(join(tmpdir(), 'procmap-views-'));
const PAGES = 8;

beforeAll(async () => {
  buildFixtures();
  daemon = await Daemon.start();
});

afterAll(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

async function statisticsOf(pid: number): Promise<Statistics> {
  return daemon.json<Statistics>(`/api/processes/${pid}/stats`);
}

async function withViews(mode: readonly string[], look: (statistics: Statistics, pid: number) => void): Promise<void> {
  const fixture = await Fixture.start('views', ...mode);
  try {
    look(await statisticsOf(fixture.pid), fixture.pid);
  } finally {
    await fixture.stop();
  }
}

describe('memory that is mapped more than once', () => {
  it.each<[string, readonly string[], views: number, again: number, writeExec: number]>([
    ['a memfd that is written and executed is an alarm', ['jit'], 2, PAGES, 2],
    ['so is a file of which a private mapping executes what is written', ['file', folder], 2, 3, 2],
    ['a heap seen three times is told as one', ['heap'], 3, 2 * PAGES, 0],
    ['private data beside text are none, nor two pieces of one file', ['plain', folder], 0, 0, 0],
  ])('%s', async (_, mode, views, again, writeExec) => {
    await withViews(mode, ({ vas }) =>
      expect(vas).toMatchObject({ views, views_again_bytes: again * 4096, writable_executable_views: writeExec, writable_executable: 0, page_zero: false }),
    );
  });

  it('is counted again by RSS, as much as reported, and not by PSS', async () => {
    const of = async (mode: string): Promise<{ rss: number; pss: number }> => {
      let found = { rss: 0, pss: 0 };
      await withViews([mode], (_, pid) => {
        const sum = (file: string, word: string): number => {
          const rows = execFileSync('awk', [
            `/memfd:seen/ { on = 1 } /^VmFlags/ { on = 0 } on && /^${word}:/ { sum += $2 } END { print sum + 0 }`,
            `/proc/${pid}/${file}`,
          ]);
          return Number(rows.toString());
        };
        found = { rss: sum('smaps', 'Rss'), pss: sum('smaps', 'Pss') };
      });
      return found;
    };
    expect(await of('heap')).toEqual({ rss: 3 * PAGES * 4, pss: 3 * Math.floor((PAGES * 4) / 3) });
    expect((await of('jit')).rss).toBe(2 * PAGES * 4);
  });

  it.each<[string, () => Promise<Subject>]>([
    ['a sleep', () => Subject.sleep()],
    ['a node', () => Subject.node()],
    ['a Chromium, in each of its processes', () => Subject.chromium()],
  ])('%s raises no such alarm', async (_, start) => {
    const subject = await start();
    try {
      const found = await Promise.all(subject.pids.map(statisticsOf));
      expect(found.length).toBeGreaterThan(0);
      for (const { comm, vas } of found) expect({ comm, alarms: [vas.writable_executable_views, vas.page_zero] }).toEqual({ comm, alarms: [0, false] });
    } finally {
      await subject.stop();
    }
  });
});

it.runIf(process.getuid?.() === 0)('reports that page 0 is mapped', async () => {
  await withViews(['zero'], ({ vas }) => expect(vas.page_zero).toBe(true));
});
