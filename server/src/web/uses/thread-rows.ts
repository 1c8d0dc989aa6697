import { Kind } from '@procmap/shared/kind.ts';
import { formatAddress } from '@procmap/shared/page.ts';
import { type MappingTable, rowAt } from '@procmap/shared/region.ts';
import type { PageRange, UseEvidence } from '@procmap/shared/use/evidence.ts';
import type { UseFacts, UsePart } from '@procmap/shared/use/uses.ts';
import type { ThreadState } from '../../reader/protocol/protocol.ts';
import type { AskedUses } from './ask-uses.ts';

/** Where a thread's stack is: pages of a mapping, or of a part of one. */
export interface StackRange extends PageRange {
  /** Row of the map. */
  readonly row: number;
  /** Pages without access directly below; null: not known. */
  readonly guardPages: number | null;
  /** The stack pointers of several threads lie in it. */
  readonly isShared: boolean;
}

/** A thread, and its stack with the sentence that says how it was found, or why it was not. */
export interface ThreadRow extends ThreadState {
  readonly stack: StackRange | null;
  readonly evidence: string;
}

type Asked = Pick<AskedUses, 'table' | 'uses' | 'smaps'> & Pick<UseEvidence, 'threads'> & { readonly pid: number };
type Found = Omit<StackRange, 'isShared'> & { readonly evidence: string };

/** Larger mappings are not searched for guard pages: see GuardSearch of the reader. */
const MAX_SEARCHED_PAGES = 2 ** 20;

const NOT_READ = 'its stack pointer was not read yet, to keep the time of a look; ask again';
const NOT_TOLD = 'the kernel told no stack pointer: the thread ran whenever it was asked, has ended, or has no stack in user space';

/** A row for each thread, by what is known of the process. */
export function threadRows(states: readonly ThreadState[], asked: Asked): ThreadRow[] {
  const pages = new Map((asked.threads?.threads ?? []).map(({ tid, stackPage }) => [tid, stackPage]));
  const found = states.map(({ tid }) => {
    // The kernel names the stack of the first thread, also while its stack pointer is not known.
    const page = pages.get(tid) ?? (tid === asked.pid ? mainStackPage(asked.table) : null);
    return page === null ? whyNoPointer(asked, pages.has(tid)) : stackAt(page, asked);
  });
  const owners = Map.groupBy(found, (each) => (typeof each === 'string' ? -1 : each.start));
  return states.map((state, i) => {
    const each = found[i] ?? NOT_READ;
    if (typeof each === 'string') return { ...state, stack: null, evidence: each };
    const { evidence, ...stack } = each;
    const isShared = (owners.get(stack.start)?.length ?? 0) > 1;
    // A guard below a mapping of several stacks guards only the lowest of them.
    const guardPages = isShared && stack.guardPages !== 0 ? null : stack.guardPages;
    return { ...state, stack: { ...stack, guardPages, isShared }, evidence };
  });
}

function mainStackPage({ length, kind, end }: MappingTable): number | null {
  for (let row = length - 1; row >= 0; row--) if (kind[row] === Kind.stack) return (end[row] ?? 0) - 1;
  return null;
}

function whyNoPointer({ threads }: Asked, isListed: boolean): string {
  if (threads !== null && threads.denied !== '') return threads.denied;
  return threads === null || !isListed || threads.left > 0 ? NOT_READ : NOT_TOLD;
}

/** A sentence if what lies there is no stack by the evidence. */
function stackAt(page: number, { table, uses, smaps }: Asked): Found | string {
  const row = rowAt(table, page);
  if (row < 0) return 'its stack pointer lies where nothing is mapped any more';
  const parts = uses.parts(row);
  const part = parts.find(({ start, end }) => page >= start && page < end);
  const facts = part === undefined ? uses.facts(row) : uses.partFacts(part, row);
  if (facts.use !== 'thread_stack') return whyNoStack(page, facts, smaps !== null);
  const { evidence } = facts;
  if (part !== undefined) return { start: part.start, end: part.end, row, guardPages: guardBelow(parts, part), evidence };
  const [start, end] = [table.start[row] ?? 0, table.end[row] ?? 0];
  return { start, end, row, guardPages: guardOfRow(row, { table, uses }), evidence };
}

function whyNoStack(page: number, { use, evidence }: UseFacts, hasFlags: boolean): string {
  const where = `its stack pointer lies at ${formatAddress(page)}`;
  if (use !== null) return `${where}, in memory of another use (${use.replaceAll('_', ' ')}): ${evidence}`;
  return `${where}, but there is no guard below, nor ${hasFlags ? 'has it the flag nh' : 'is the flag nh known'}, to say that it is a stack`;
}

function guardBelow(parts: readonly UsePart[], { start }: UsePart): number | null {
  const below = parts.find((each) => each.end === start);
  return below?.claim?.use === 'stack_guard' ? below.end - below.start : null;
}

function guardOfRow(row: number, { table, uses }: Pick<Asked, 'table' | 'uses'>): number | null {
  // The kernel keeps a gap below the stack of the main thread, and does not tell its size.
  if (table.kind[row] === Kind.stack) return null;
  const [start, end] = [table.start[row] ?? 0, table.end[row] ?? 0];
  const below = row - 1;
  const isJoined = below >= 0 && table.end[below] === start && table.perms[below] === 0;
  if (isJoined) return uses.facts(below).use === 'stack_guard' ? start - (table.start[below] ?? 0) : null;
  return end - start > MAX_SEARCHED_PAGES ? null : 0;
}
