/** Local time of day, `15:04:05`. `timeMs` is Unix time. */
export function clock(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString('en-GB');
}

/** A duration, `12 s`, `3 min`, `2 h`; '' below a second. */
export function ageText(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  if (seconds < 1) return '';
  return seconds < 100 ? `${seconds} s` : seconds < 6000 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
