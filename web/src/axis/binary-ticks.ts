import { range } from 'd3-array';

/**
 * Ticks for scales of addresses, pages or bytes, whose round numbers are powers of two. ticks() of d3-array and
 * d3-scale are round in decimal (addresses like 0x3e8), and a logarithmic scale of base 2 has ticks at powers only.
 */

/** The smallest power of two that is at least `least`, which may be below 1. */
export function binaryStep(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}

/**
 * The multiples of a step in [low, end), ascending. Exact if both bounds are whole, below 2^53, and the step is a power
 * of two.
 */
export function multiplesOf(step: number, low: number, end: number): number[] {
  return range(Math.ceil(low / step) * step, end, step);
}
