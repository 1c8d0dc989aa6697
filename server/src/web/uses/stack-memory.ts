import { PAGE_PRESENT } from '@procmap/shared/figures/page-states.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { KB_OF_PAGE, MAX_PAGES } from '@procmap/shared/page.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import type { ReaderLink } from '../link/reader-link.ts';
import type { StackRange } from './thread-rows.ts';

/** 4 GiB of stacks that share mappings; those above are not read. */
const MAX_READS = 16;

/** KiB of each stack in memory, by its first page; a stack that is missing is not known. `tookMs`: of reading pagemap. */
export interface StackMemory {
  readonly residentKb: ReadonlyMap<number, number>;
  readonly tookMs: number;
}

/** A stack with a mapping of its own has the figures of smaps; one that shares a mapping is counted in pagemap. */
export async function askStackMemory(
  reader: ReaderLink,
  pid: number,
  stacks: readonly StackRange[],
  { table, figures }: { readonly table: MappingTable; readonly figures: MappingFigures },
): Promise<StackMemory> {
  const residentKb = new Map<number, number>();
  const rss = new Map(Array.from({ length: figures.length }, (_, i) => [`${figures.start[i] ?? 0} ${figures.end[i] ?? 0}`, figures.rss[i] ?? NaN]));
  const parts: StackRange[] = [];
  for (const stack of stacks) {
    const { row, start, end, isShared } = stack;
    const kb = rss.get(`${start} ${end}`) ?? NaN;
    if (isShared) continue;
    if (table.start[row] !== start || table.end[row] !== end) parts.push(stack);
    else if (!Number.isNaN(kb)) residentKb.set(start, kb);
  }
  let tookMs = 0;
  for (const { start, count, stacks: within } of reads(parts)) {
    const { head, body } = await reader.ask({ op: 'pages', pid, startPage: start, count });
    tookMs += head.cost.ms;
    for (const stack of within) residentKb.set(stack.start, KB_OF_PAGE * present(body.subarray(stack.start - start, stack.end - start)));
  }
  return { residentKb, tookMs };
}

/** Reads of whole stacks, as few and as large as may be. */
function reads(parts: readonly StackRange[]): { readonly start: number; readonly count: number; readonly stacks: readonly StackRange[] }[] {
  const all: { start: number; count: number; stacks: StackRange[] }[] = [];
  for (const part of parts.toSorted((a, b) => a.start - b.start)) {
    if (part.end - part.start > MAX_PAGES) continue;
    const last = all.at(-1);
    if (last !== undefined && part.end - last.start <= MAX_PAGES) {
      last.count = part.end - last.start;
      last.stacks.push(part);
    } else if (all.length === MAX_READS) break;
    else all.push({ start: part.start, count: part.end - part.start, stacks: [part] });
  }
  return all;
}

function present(states: Uint8Array): number {
  let count = 0;
  for (const state of states) if ((state & PAGE_PRESENT) !== 0) count++;
  return count;
}
