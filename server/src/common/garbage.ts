/**
 * V8 looks after typed arrays that nobody uses any more only when tens of megabytes of them have piled up, because its own heap stays small; and malloc(3)'s heap is in
 * holes by then. So we ask for a collection more often than V8 would by itself. It takes a few milliseconds of this process. For the reader and the web process.
 */
const ENOUGH_BYTES = 8 * 1024 * 1024;

let bytes = 0;

/** Notes that so many bytes were used and are done with, or soon will be. */
export function noteGarbage(moreBytes: number): void {
  bytes += moreBytes;
  if (bytes < ENOUGH_BYTES) return;
  bytes = 0;
  collect();
}

/** Asynchronous: in a task of its own, when the tick is over. Does nothing without --expose-gc, as in a test. */
export function collect(): void {
  void globalThis.gc?.({ type: 'major', execution: 'async' });
}
