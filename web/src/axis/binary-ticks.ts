import { range } from 'd3-array';

/**
 * Ticks of scales that count addresses, pages or bytes: round there is a power of two. ticks() of d3-array and d3-scale are round in tens (addresses
 * like 0x3e8), and a logarithmic scale of base 2 has ticks at the powers alone, none between them.
 */

/** The least power of two that is at least `least`, which may be below 1. */
export function binaryStep(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

/** The multiples of a step in [low, end), ascending. Exact where both ends are whole, below 2^53, and the step is a power of two. */
export function multiplesOf(step: number, low: number, end: number): number[] {
  return range(Math.ceil(low / step) * step, end, step);
}
