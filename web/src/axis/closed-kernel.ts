import { descending, sort, sum } from 'd3-array';

/** Of the whole: a line of text of 11 px in a picture 640 px high. */
const LINE = 0.0185;
/** A region that finds no room for its name, against one that does; and a gap between regions. */
const UNNAMED = 0.25;
const GAP = 0.13;

/** Heights in the kernel half while it is closed. */
export interface ClosedKernel {
  /** Of each region, in the order given. */
  readonly regions: Float64Array;
  /** Of every gap between regions. */
  readonly gap: number;
}

/**
 * Shares a quarter of the picture at most between regions of these natural heights, and the gaps between them: a line for each name, the largest regions
 * first as long as there are lines, and what is left by the natural heights. `rest` is the height of everything below; the same unit for all.
 */
export function closeKernel(natural: Float64Array, gaps: number, rest: number): ClosedKernel {
  const count = natural.length;
  const whole = sum(natural);
  // A quarter of the whole is a third of the rest; less where lines for all are less.
  const lines = Math.min(0.25, (count + gaps * GAP) * LINE);
  const room = rest === 0 ? whole : Math.min(rest / 3, Math.max(whole, (rest * lines) / (1 - lines)));
  const line = LINE * (rest + room);
  // However many there are: half of the room is for names.
  const squeeze = Math.min(1, room / 2 / (line * (gaps * GAP + count * UNNAMED)));
  const [gap, unnamed] = [GAP * line * squeeze, UNNAMED * line * squeeze];
  // A rounding takes no line away from where there is just room for all.
  const named = Math.max(0, Math.min(count, Math.floor((room - gaps * gap - count * unnamed) / (line - unnamed) + 1e-9)));
  const ranks = sort(natural.keys(), (a, b) => descending(natural[a], natural[b]));
  const chosen = named === 0 ? ranks : ranks.slice(0, named);
  const regions = new Float64Array(count).fill(unnamed);
  if (named > 0) for (const r of chosen) regions[r] = line;
  const left = room - sum(regions) - gaps * gap;
  const ofChosen = sum(chosen, (r) => natural[r]);
  for (const r of chosen) regions[r] = (regions[r] ?? 0) + (left * (natural[r] ?? 0)) / ofChosen;
  return { regions, gap };
}
