/**
 * Identifies one text of one process: `startTime-reader-number`. The start time tells the process from a later one with
 * the same id. The mark of this reader tells its etags from those of an earlier one that was killed.
 */
const reader = `${process.pid.toString(36)}${Math.trunc(performance.timeOrigin).toString(36)}`;
let count = 0;

export function newEtag(startTime: number): string {
  return `${startTime}-${reader}-${++count}`;
}

/** Start time of the process, or null if it is not an etag. */
export function startTimeOf(etag: string): number | null {
  const digits = /^(\d{1,16})-/.exec(etag)?.[1];
  return digits === undefined ? null : Number(digits);
}
