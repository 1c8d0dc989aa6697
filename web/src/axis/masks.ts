import { type Intervals, isAlarm, permsAt } from '@procmap/shared/intervals.ts';
import { MAX_KINDS } from '@procmap/shared/kind.ts';
import { isNoAccess } from '@procmap/shared/perms.ts';

/**
 * The low bits of a mask: 1 << colour class (colour/classes.ts). The bits above mark things that must be visible at any
 * size.
 */
export const CLASS_BITS = 2 ** MAX_KINDS - 1;
/** A mapping is writable and executable, or memory written through it is executed through another mapping. */
export const WRITE_EXEC_BIT = 1 << MAX_KINDS;
/** A mapping without any permission. */
export const NO_ACCESS_BIT = 1 << (MAX_KINDS + 1);
/** A mapping at address 0. */
export const PAGE_ZERO_BIT = 1 << (MAX_KINDS + 2);
/** The bits with a mark of their own. */
export const ALARM_BITS = WRITE_EXEC_BIT | PAGE_ZERO_BIT;

const FAN = 8;
const FAN_LOG = 3;

/** levels[0] holds one mask per interval; each level above holds ORs of eight. */
export type MaskLevels = readonly Uint32Array[];

/** Builds the pyramid over intervals with these colour classes. O(n) time, 1.15 n words. */
export function maskLevels(intervals: Intervals, classes: Uint8Array): MaskLevels {
  let level = new Uint32Array(intervals.length);
  for (let i = 0; i < level.length; i++) level[i] = maskOf(intervals, i, classes[i] ?? 0);
  const levels = [level];
  while (level.length > FAN) {
    const above = new Uint32Array(Math.ceil(level.length / FAN));
    for (let i = 0; i < level.length; i++) above[i >>> FAN_LOG] = (above[i >>> FAN_LOG] ?? 0) | (level[i] ?? 0);
    levels.push(above);
    level = above;
  }
  return levels;
}

/** Combined masks of any range of intervals. */
export class Masks {
  readonly #levels: MaskLevels;

  constructor(levels: MaskLevels) {
    this.#levels = levels;
  }

  /** OR of the masks of intervals [first, end). O(log n). */
  of(first: number, end: number): number {
    let mask = 0;
    let low = first;
    let high = end;
    for (const level of this.#levels) {
      while (low < high && low % FAN !== 0) mask |= level[low++] ?? 0;
      while (low < high && high % FAN !== 0) mask |= level[--high] ?? 0;
      if (low >= high) return mask;
      if (level.length <= FAN) {
        while (low < high) mask |= level[low++] ?? 0;
        return mask;
      }
      low >>>= FAN_LOG;
      high >>>= FAN_LOG;
    }
    return mask;
  }
}

function maskOf(intervals: Intervals, i: number, colourClass: number): number {
  const bit = 1 << colourClass;
  const perms = permsAt(intervals, i);
  if (perms === null) return bit;
  const zero = intervals.bounds[i] === 0 ? PAGE_ZERO_BIT : 0;
  return bit | zero | (isAlarm(intervals, i) ? WRITE_EXEC_BIT : 0) | (isNoAccess(perms) ? NO_ACCESS_BIT : 0);
}
