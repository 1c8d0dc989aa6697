/**
 * V8 looks after typed arrays that nobody uses any more only when tens of megabytes of them have piled up, because its own heap stays small. Each map that
 * changed leaves twice its size behind: the chunks that it came in, and the table before. So we ask for a collection more often than V8 would by itself. It
 * takes a few milliseconds of this process.
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
