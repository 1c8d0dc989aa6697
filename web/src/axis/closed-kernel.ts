import { descending, sort, sum } from 'd3-array';

/** As a share of the whole: a line of 11 px text in a picture 640 px high. */
const LINE = 0.0185;
/** Height of a region without a label, and of a gap between regions, relative to a region with a label. */
const UNNAMED = 0.25;
const GAP = 0.13;

/** Heights in the kernel half while it is closed. */
interface ClosedKernel {
  /** Of each region, in the given order. */
  readonly regions: Float64Array;
  /** Of each gap between regions. */
  readonly gap: number;
}

/**
 * Distributes at most a quarter of the picture among regions of these natural heights and the gaps between them: a line
 * for each label, largest regions first while there is room, and the remainder by natural height. `rest` is the height
 * of everything below, in the same unit.
 */
export function closeKernel(natural: Float64Array, gaps: number, rest: number): ClosedKernel {
  const count = natural.length;
  const whole = sum(natural);
  // A quarter of the whole is a third of the rest; less if lines for all regions need less.
  const lines = Math.min(0.25, (count + gaps * GAP) * LINE);
  const room = rest === 0 ? whole : Math.min(rest / 3, Math.max(whole, (rest * lines) / (1 - lines)));
  const line = LINE * (rest + room);
  // However many regions there are, half of the room is for labels.
  const squeeze = Math.min(1, room / 2 / (line * (gaps * GAP + count * UNNAMED)));
  const [gap, unnamed] = [GAP * line * squeeze, UNNAMED * line * squeeze];
  // A rounding error must not drop a line where all just fit.
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
