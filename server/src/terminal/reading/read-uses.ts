import { CellFigures } from '@procmap/shared/figures/cell-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { END_PAGE_64 } from '@procmap/shared/page.ts';
import type { ObjectEvidence } from '@procmap/shared/use/evidence.ts';
import { rowFlags } from '@procmap/shared/use/row-flags.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { Fault } from '../../common/fault.ts';
import { isFailure } from '../../reader/procfs/process/outcome.ts';
import { readSmaps } from '../../reader/reading/smaps.ts';
import type { SpaceMap } from './process-map.ts';

/** Beside the map and what is read with it; null: not read. */
interface MoreEvidence {
  readonly objects: ObjectEvidence | null;
  readonly figures: MappingFigures | null;
}

/** What the mappings of a process are for, by what is cheap to read and, with figures, by VmFlags. */
export function usesOf({ table, threads, commandLine }: SpaceMap, { objects, figures }: MoreEvidence): Uses {
  const flags = figures === null ? null : rowFlags(table, figures);
  return identify(table, { flags, threads, objects, commandLine });
}

/** smaps of a process, and whether its map changed meanwhile. Throws a Fault. */
export async function readFigures(pid: number): Promise<{ readonly figures: MappingFigures; readonly takenAt: number; readonly torn: boolean }> {
  const collected = new CellFigures();
  const end = await readSmaps(pid, 0, END_PAGE_64, {
    isWanted: () => true,
    give: ({ cells, flagSets }) => {
      collected.add(cells, flagSets);
      return Promise.resolve(true);
    },
  });
  if (end === null || isFailure(end)) throw new Fault(end?.message ?? `the figures of process ${pid} could not be read`);
  return { figures: collected.finish(), takenAt: end.takenAt, torn: end.torn };
}
