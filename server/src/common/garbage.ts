/**
 * V8 collects unused typed arrays only after tens of megabytes have piled up, since its own heap stays small. By then
 * the heap of malloc(3) is fragmented. So the reader and the web process request a collection more often than V8 would;
 * it takes a few milliseconds.
 */
const ENOUGH_BYTES = 8 * 1024 * 1024;

let bytes = 0;

/** Counts bytes that are garbage now or soon will be. */
export function noteGarbage(moreBytes: number): void {
  bytes += moreBytes;
  if (bytes < ENOUGH_BYTES) return;
  bytes = 0;
  collect();
}

/** Runs asynchronously, in its own task after the current one. Does nothing without --expose-gc, as in tests. */
export function collect(): void {
  void globalThis.gc?.({ type: 'major', execution: 'async' });
}
