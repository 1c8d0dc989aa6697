/**
 * V8 looks after typed arrays that nobody uses any more only when tens of megabytes of them have piled up, since its own heap stays small. Each map that
 * changed leaves about three times its size behind (what came in chunks, the frame, the table before): so we ask for a collection more often than
 * that. It takes a few milliseconds of this process, whose heap is small.
 */
const ENOUGH_BYTES = 8 * 1024 * 1024;

let bytes = 0;

/** Notes that a frame of so many bytes was taken in. */
export function noteFrame(frameBytes: number): void {
  bytes += frameBytes;
  if (bytes < ENOUGH_BYTES) return;
  bytes = 0;
  // Not there in a test. Asynchronous: in a task of its own, when the tick is over.
  void globalThis.gc?.({ type: 'major', execution: 'async' });
}
