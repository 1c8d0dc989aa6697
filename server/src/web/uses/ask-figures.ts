import { CellFigures } from '@procmap/shared/figures/cell-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { END_PAGE_64 } from '@procmap/shared/page.ts';
import { withDuty } from '../answer/with-duty.ts';
import type { Duty } from '../link/duty.ts';
import type { ReaderLink } from '../link/reader-link.ts';

/** One read of smaps. `takenAt`: Unix time in ms. `torn`: the map changed meanwhile. */
export interface AskedFigures {
  readonly figures: MappingFigures;
  readonly takenAt: number;
  readonly torn: boolean;
  readonly tookMs: number;
}

/** Of a process whose smaps was read: see {@link Duty.end}. */
export const FIGURES_REST_MS = 250;

/** smaps of a whole process. Rejects with a ReaderFault. */
export async function askFigures(reader: ReaderLink, pid: number): Promise<AskedFigures> {
  const collected = new CellFigures();
  const take = ({ flagSets }: { readonly flagSets: readonly string[] }, body: Uint8Array): Promise<void> => {
    collected.add(new Float64Array(body.buffer, body.byteOffset, body.byteLength / Float64Array.BYTES_PER_ELEMENT), flagSets);
    return Promise.resolve();
  };
  const { head } = await reader.askParts({ op: 'smaps', pid, startPage: 0, endPage: END_PAGE_64 }, { take, signal: new AbortController().signal });
  return { figures: collected.finish(), takenAt: head.takenAt, torn: head.torn, tookMs: head.cost.ms };
}

/** The same, and the process rests afterwards: throws an ApiFault of status 429 while it does. */
export function askFiguresInTurn(reader: ReaderLink, duty: Duty, pid: number, restMs = FIGURES_REST_MS): Promise<AskedFigures> {
  return withDuty(duty, { pid, what: 'figures', restMs }, async () => {
    const answer = await askFigures(reader, pid);
    return { answer, tookMs: answer.tookMs };
  });
}
