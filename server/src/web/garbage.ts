/**
 * V8 looks after typed arrays that nobody uses any more only when tens of megabytes of them have piled up, because its own heap stays small. Each map that
 * changed leaves twice its size behind: the chunks that it came in, and the table before. So we ask for a collection more often than V8 would by itself. It
 * takes a few milliseconds of this process.
 */
const ENOUGH_BYTES = 8 * 1024 * 1024;
/** A flood of connections leaves hundreds of megabytes, which stay when nothing happens after it: so many that ended are enough, once in so long. */
const ENOUGH_CONNECTIONS = 1000;
const CONNECTIONS_MS = 1000;

let bytes = 0;
let connections = 0;
let timer: NodeJS.Timeout | undefined;

/** Notes that a frame of so many bytes was taken in. */
export function noteFrame(frameBytes: number): void {
  bytes += frameBytes;
  if (bytes < ENOUGH_BYTES) return;
  bytes = 0;
  collect();
}

/** Notes that a connection ended. */
export function noteConnection(): void {
  if (++connections < ENOUGH_CONNECTIONS || timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    connections = 0;
    collect();
  }, CONNECTIONS_MS).unref();
}

function collect(): void {
  // Not there in a test. Asynchronous: in a task of its own, when the tick is over.
  void globalThis.gc?.({ type: 'major', execution: 'async' });
}
