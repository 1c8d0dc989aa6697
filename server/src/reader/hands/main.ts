import { parentPort, workerData } from 'node:worker_threads';
import { setPulse } from '../../common/beat.ts';
import { HandWork } from './hand-work.ts';
import type { FromHand, HandData, ToHand } from './messages.ts';
import { ownThread } from './thread-time.ts';

// A thread of the reader. The kernel may hold it during a request; then only that request waits.
const { pulse, machine } = workerData as HandData;
const port = parentPort;
if (port === null) throw new Error('this is a thread of the reader');
setPulse(new Int32Array(pulse), ownThread());
const work = new HandWork(machine, (message: FromHand) => {
  const { buffer } = ('body' in message ? message.body : null) ?? {};
  // Transfer only whole buffers: the rest of a larger one may be in use.
  const isWhole = buffer instanceof ArrayBuffer && 'body' in message && message.body?.byteLength === buffer.byteLength;
  port.postMessage(message, isWhole ? [buffer] : []);
});
port.on('message', (message: ToHand) => work.take(message));
