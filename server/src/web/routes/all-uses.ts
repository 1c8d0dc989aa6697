import { withDuty } from '../answer/with-duty.ts';
import type { Duty } from '../link/duty.ts';
import { type AskedFigures, type AskedUses, askFigures, askUses, type Readers } from '../uses/ask-uses.ts';

/** Of a process whose smaps was read: see {@link Duty.end}. */
export const FIGURES_REST_MS = 250;

/**
 * Uses by all evidence. smaps is read for it, so the process rests afterwards: throws an ApiFault of status 429 while
 * it does. `asked`: id of any of its threads, which share one address space.
 */
export async function askAllUses(readers: Readers, duty: Duty, asked: number): Promise<AskedUses & { readonly smaps: AskedFigures }> {
  const { reader } = readers;
  const { pid } = (await reader.ask({ op: 'leader', pid: asked })).head;
  const smaps = await withDuty(duty, { pid, what: 'figures', restMs: FIGURES_REST_MS }, async () => {
    const read = await askFigures(reader, pid);
    return { answer: read, tookMs: read.tookMs };
  });
  return { ...(await askUses(readers, pid, smaps)), smaps };
}
