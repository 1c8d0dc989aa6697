import { readFileSync } from 'node:fs';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { Fixture } from '../fixtures/fixture.ts';
import type { Cleanup } from './cleanup.ts';
import { withMapLimit } from './map-limit.ts';

/** A process to measure, and its actual number of mappings. */
export interface Subject {
  readonly fixture: Fixture;
  readonly pid: number;
  readonly rows: number;
  readonly mapsPath: string;
  /** The page of its middle mapping. */
  readonly middlePage: number;
}

/** As many mappings as typical programs have. */
export const TYPICAL = 180;
export const THOUSAND = 1000;
/** Nearly as many as the usual vm.max_map_count of 65,530 permits: the size that the measures refer to. */
export const LARGE = 65_000;
export const MILLION = 1_000_000;
const MILLION_LIMIT = 1_100_000;
/** Even, so that `many` has exactly this number besides its own mappings. */
const FEWEST = 2;

async function startMany(count: number, cleanup: Cleanup): Promise<Subject> {
  const fixture = await Fixture.start('many', String(count));
  cleanup.defer(() => fixture.stop());
  const mapsPath = `/proc/${fixture.pid}/maps`;
  const lines = readFileSync(mapsPath, 'latin1').split('\n').slice(0, -1);
  const middle = lines[Math.floor(lines.length / 2)] ?? '';
  return { fixture, pid: fixture.pid, rows: lines.length, mapsPath, middlePage: Number.parseInt(middle, 16) / PAGE_SIZE };
}

/** The subject with about this number of mappings. */
export function nearest<T extends { readonly rows: number }>(all: readonly T[], rows: number): T | undefined {
  return all.find((each) => Math.abs(each.rows - rows) < rows / 10);
}

/** Number of the fixture's own mappings. */
async function ownRows(cleanup: Cleanup): Promise<number> {
  const { fixture, rows } = await startMany(FEWEST, cleanup);
  await fixture.stop();
  return rows - FEWEST;
}

/**
 * Starts a process for each size (within one mapping); a million only if root permits it, otherwise tells `say` why
 * not.
 */
export async function startSubjects(sizes: readonly number[], cleanup: Cleanup, say: (line: string) => void): Promise<Subject[]> {
  const own = await ownRows(cleanup);
  const subjects: Subject[] = [];
  for (const size of sizes) {
    if (size < MILLION) subjects.push(await startMany(size - own, cleanup));
    else {
      try {
        subjects.push(await withMapLimit(MILLION_LIMIT, cleanup, () => startMany(size - own, cleanup)));
      } catch (error) {
        say(`1,000,000 mappings are skipped: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return subjects;
}
