import type { Duty } from '../link/duty.ts';
import { type AskedFigures, askFiguresInTurn } from '../uses/ask-figures.ts';
import { type AskedUses, askUses, type Readers } from '../uses/ask-uses.ts';

/**
 * Uses by all evidence. smaps is read for it, so the process rests afterwards: throws an ApiFault of status 429 while
 * it does. `asked`: id of any of its threads, which share one address space.
 */
export async function askAllUses(readers: Readers, duty: Duty, asked: number): Promise<AskedUses & { readonly smaps: AskedFigures }> {
  const { reader } = readers;
  const { pid } = (await reader.ask({ op: 'leader', pid: asked })).head;
  const smaps = await askFiguresInTurn(reader, duty, pid);
  return { ...(await askUses(readers, pid, { smaps })), smaps };
}
