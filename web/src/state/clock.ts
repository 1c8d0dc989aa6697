/** Local time of day, `15:04:05`. `timeMs` is Unix time. */
export function clock(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString('en-GB');
}
