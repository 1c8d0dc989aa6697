import { formatBytes } from '../../units.ts';
import { Use, useName } from '../use-list.ts';
import { isNamedByOwner } from '../use-text.ts';
import type { Breakdown, BreakdownRow } from './breakdown.ts';

/** A use is worth a sentence from this share of the whole on. */
const MUCH = 0.1;

/** Three sentences at most that say what matters, made of the same figures. */
export function breakdownSentences(of: Breakdown): readonly string[] {
  return [addressSpace(of), memory(of), ...[swapped(of), stacks(of), untold(of)].filter((text) => text !== null)].slice(0, 3);
}

function addressSpace({ total, rows }: Breakdown): string {
  const text = `${size(total.virtual)} of address space: ${size(total.resident)} in memory`;
  const unused = total.reserved + total.untouched;
  if (unused < MUCH * total.virtual) return `${text}.`;
  const most = largest(rows, (row) => row.reserved + row.untouched);
  const amount = most === null ? 0 : most.reserved + most.untouched;
  const whose = most === null ? '' : `, ${amount > unused / 2 ? 'most of it' : 'the largest part'} ${name(most)} (${size(amount)})`;
  return `${text}, ${size(unused)} reserved or never touched${whose}.`;
}

function memory({ total, rows }: Breakdown): string {
  if (total.resident === 0) return 'Nothing is in memory.';
  const [first, second] = rows;
  if (first === undefined) return '';
  const share = (row: BreakdownRow): string => `${name(row)} (${size(row.resident)})`;
  const next = second !== undefined && second.resident > MUCH * total.resident ? `, then ${share(second)}` : '';
  return `Largest in memory: ${share(first)}${next}; ${size(total.private)} private, ${size(total.shared)} shared.`;
}

function swapped({ total, rows }: Breakdown): string | null {
  const most = largest(rows, (row) => row.swap);
  return most === null || total.swap < MUCH * (total.resident + total.swap) ? null : `${size(total.swap)} are swapped out, most of it ${name(most)}.`;
}

function stacks({ rows }: Breakdown): string | null {
  const row = rows.find(({ use }) => use === 'thread_stack');
  return row === undefined || row.count < 3 ? null : `${row.count} thread stacks: ${size(row.virtual)} of address space, ${size(row.resident)} used.`;
}

function untold({ total, rows }: Breakdown): string | null {
  const row = rows.find(({ use }) => use === null);
  return row === undefined || row.resident < MUCH * total.resident ? null : `The use of ${size(row.resident)} in memory is not known.`;
}

function largest(rows: readonly BreakdownRow[], amount: (row: BreakdownRow) => number): BreakdownRow | null {
  const most = rows.reduce<BreakdownRow | null>((best, row) => (best === null || amount(row) > amount(best) ? row : best), null);
  return most === null || amount(most) === 0 ? null : most;
}

/** `Java heap`, `thread stacks`; of one file or runtime its own name. */
function name({ use, count, rows }: BreakdownRow): string {
  const [only, ...others] = rows;
  if (isNamedByOwner(use) && only !== undefined && others.length === 0) return only.of;
  return use === null ? 'memory of unknown use' : useName(Use[use], use === 'heap' ? count : 2);
}

function size(kb: number): string {
  return formatBytes(kb * 1024);
}
