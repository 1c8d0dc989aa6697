import { Kind } from '../../kind.ts';
import { formatPages } from '../../units.ts';
import type { PageRange, ThreadEvidence, ThreadSeen } from '../evidence.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';
import type { Claim, UsePart } from '../uses.ts';

/** 1 MiB: what lies below a stack without access, and is larger, is a reservation of somebody else. */
const MAX_GUARD_PAGES = 256;
/** Go's heap, in which the stacks of its threads lie, begins at a multiple of 64 MiB. */
const HEAP_ALIGN_PAGES = 16_384;

/** The stacks of living threads, by their stack pointers. */
export function stacks(map: UseMap): void {
  const { threads = [] } = map.evidence.threads ?? {};
  const inRow = new Map<number, ThreadSeen[]>();
  for (const thread of threads) {
    const row = thread.stackPage === null ? -1 : map.rowAt(thread.stackPage);
    if (row < 0) continue;
    const others = inRow.get(row);
    if (others === undefined) inRow.set(row, [thread]);
    else others.push(thread);
  }
  mainStack(map, inRow);
  for (const [row, owners] of inRow) if (map.isFree(row) && map.isData(row)) claimStack(map, row, owners);
}

function mainStack(map: UseMap, inRow: ReadonlyMap<number, readonly ThreadSeen[]>): void {
  const of = (row: number): string => ownersText(inRow.get(row) ?? []) || 'main thread';
  const evidence = 'the kernel calls it [stack]: the stack of the main thread';
  map.claimKinds(new Map([[Kind.stack, { use: 'thread_stack', certainty: 'told', of, evidence }]]));
}

/**
 * The mapping with a stack pointer is a stack if a guard lies below it, or it has the flag that MAP_STACK sets. Neither
 * is true of a heap in which a runtime keeps stacks.
 */
function claimStack(map: UseMap, row: number, owners: readonly ThreadSeen[]): void {
  const guards = guardsIn(map, row);
  const isFlagged = map.has(row, Flag.nh);
  const isAboveClosed = map.isJoined(row - 1) && map.isClosed(row - 1);
  const hasGuard = isAboveClosed && map.size(row - 1) <= MAX_GUARD_PAGES;
  const isHeap = map.evidence.objects?.isGo === true || map.start(row) % HEAP_ALIGN_PAGES === 0;
  if (guards.length > 0) {
    map.divide(row, stackParts(map, row, owners, guards));
    return;
  }
  if (!isFlagged && (!isAboveClosed || isHeap)) return;
  if (!isFlagged && !hasGuard) {
    // A guard that the kernel joined with a reserve below, or a heap with a stack in it.
    map.claim({ ...stackOf(owners, `${formatPages(map.size(row - 1))} without access lie below it, more than a guard`), certainty: 'likely' }, row);
    return;
  }
  const why = !isFlagged ? GUARDED : hasGuard ? `${GUARDED}, and ${FLAGGED}` : FLAGGED;
  map.claim(stackOf(owners, why), row);
  if (hasGuard) map.claim(guardOf(owners), row - 1);
}

const [GUARDED, FLAGGED] = ['a guard lies below it', 'it has the flag nh, which MAP_STACK sets'];

function stackOf(owners: readonly ThreadSeen[], why: string): Claim {
  const whose = (): string =>
    owners.length === 1 ? `the stack pointer of thread ${owners[0]?.tid ?? 0} lies in it` : `the stack pointers of ${owners.length} threads lie in it`;
  return { use: 'thread_stack', certainty: 'seen', of: () => ownersText(owners), evidence: () => `${whose()}; ${why}` };
}

function guardOf(owners: readonly ThreadSeen[]): Claim {
  const of = (): string => ownersText(owners);
  return { use: 'stack_guard', certainty: 'seen', of, evidence: () => `it lies without access directly below the stack of ${of()}` };
}

const MAX_OWNERS = 3;

/** `worker-3 812`; of many a few, and how many. */
function ownersText(owners: readonly ThreadSeen[]): string {
  const texts = owners.slice(0, MAX_OWNERS).map(({ comm, tid }) => `${comm} ${tid}`);
  const more = owners.length - MAX_OWNERS;
  return more > 0 ? `${texts.join(', ')} and ${more} more` : texts.join(', ');
}

/** Guard pages without a mapping of their own (MADV_GUARD_INSTALL). */
function guardsIn(map: UseMap, row: number): readonly PageRange[] {
  return (map.evidence.threads?.guards ?? []).filter(({ start, end }) => start >= map.start(row) && end <= map.end(row));
}

/** Stacks and guards of one mapping: each stack reaches from a guard to the next one. */
function stackParts(map: UseMap, row: number, owners: readonly ThreadSeen[], guards: readonly PageRange[]): readonly UsePart[] {
  const parts: UsePart[] = [];
  const tops = [...guards.slice(1).map(({ start }) => start), map.end(row)];
  if ((guards[0]?.start ?? 0) > map.start(row)) parts.push({ start: map.start(row), end: guards[0]?.start ?? 0, claim: null });
  guards.forEach((guard, i) => {
    const top = tops[i] ?? map.end(row);
    const inIt = owners.filter(({ stackPage }) => stackPage !== null && stackPage >= guard.end && stackPage < top);
    const size = formatPages(top - guard.end);
    parts.push({ ...guard, claim: inIt.length === 0 ? null : guardOf(inIt) });
    if (top > guard.end)
      parts.push({ start: guard.end, end: top, claim: inIt.length === 0 ? null : stackOf(inIt, `${size} lie between it and the next guard page`) });
  });
  return parts;
}

/** What glibc maps for a stack, where no living thread is known to have it. */
export function formerStacks(map: UseMap): void {
  const isStack = (row: number): boolean =>
    map.has(row, Flag.nh) && map.isJoined(row - 1) && map.isClosed(row - 1) && map.has(row - 1, Flag.nh) && map.size(row - 1) <= MAX_FORMER_GUARD_PAGES;
  const evidence = `it and the guard below have the flag nh, which MAP_STACK sets${whoseText(map.evidence.threads)}`;
  const found: number[] = [];
  for (const row of map.free('data')) if (isStack(row)) found.push(row);
  const below = 'it lies without access directly below what is likely a stack';
  map.claimRows({ use: 'thread_stack', certainty: 'likely', of: '', evidence }, found);
  map.claimRows(
    { use: 'stack_guard', certainty: 'likely', of: '', evidence: below },
    found.map((row) => row - 1),
  );
}

/**
 * Where a stack comes from that no thread is known to have. A stack of an ended thread, which glibc keeps for the next
 * one, and the copy that fork() made of a stack of the parent look the same.
 */
function whoseText(evidence: ThreadEvidence | null): string {
  if (evidence === null || evidence.left > 0 || evidence.denied !== '') return '';
  const { length } = evidence.threads;
  const unknown = evidence.threads.filter(({ stackPage }) => stackPage === null).length;
  if (unknown > 0)
    return `; its thread is one of the ${unknown} (of ${length}) that ran at every look, or has ended, or fork() copied it from the parent process`;
  const elsewhere = length === 1 ? 'the only thread of this process has its stack elsewhere' : `all ${length} threads of this process have theirs elsewhere`;
  return `; ${elsewhere}, so its thread has ended, or fork() copied it from the parent process`;
}

/** 64 KiB. */
const MAX_FORMER_GUARD_PAGES = 16;
