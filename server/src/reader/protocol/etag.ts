/**
 * Names one text of one process: `startTime-reader-number`. The start time tells a process from a later one with its pid; the reader's
 * own mark keeps an etag of the reader before (killed and replaced) from passing for one of this.
 */
const reader = `${process.pid.toString(36)}${Math.trunc(performance.timeOrigin).toString(36)}`;
let count = 0;

export function newEtag(startTime: number): string {
  return `${startTime}-${reader}-${++count}`;
}

/** Start time of the process that the etag is of, or null when it is no etag. */
export function startTimeOf(etag: string): number | null {
  const digits = /^(\d{1,16})-/.exec(etag)?.[1];
  return digits === undefined ? null : Number(digits);
}
